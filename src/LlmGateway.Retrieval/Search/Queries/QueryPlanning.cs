using System.Text.Json;
using LlmGateway.Retrieval.Models;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Search;

/// <summary>Has a model make something of the queries. A step that a model does not do is left out, with a note.</summary>
internal sealed class QueryPlanning(StructuredChat chat)
{
    /// <summary>Questions that are searched at most; more that a model asks are left out.</summary>
    private const int MostQuestions = 10;
    private const int MostLength = 4096;

    /// <exception cref="ApiException">The caller may not ask models (403), or the gateway refuses the call (400).</exception>
    public async Task<QueryPlan> PlanAsync(Caller caller, IReadOnlyList<string> queries, QuerySettings? settings, CancellationToken cancellationToken)
    {
        var plan = QueryPlan.Of(queries);
        foreach (var step in (settings?.Steps ?? []).Select(name => QueryStep.Find(name)!))
        {
            plan = await TakeAsync(caller, plan, step, settings!.Model!, cancellationToken);
        }

        return plan;
    }

    private async Task<QueryPlan> TakeAsync(Caller caller, QueryPlan plan, QueryStep step, string model, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(plan.Questions.Select(variants => chat.AskAsync(
            caller, (model, "configuration.query.model"), step.Instruction, variants[0].Text, QueryStep.Schema, cancellationToken)));
        var (questions, notes) = (new List<IReadOnlyList<QueryVariant>>(), plan.Notes.ToList());
        foreach (var (variants, answer) in plan.Questions.Zip(answers))
        {
            var texts = Read(answer, step.MostTexts);
            questions.AddRange(texts.Count == 0 ? [variants] : Apply(step, variants, texts));
            if (texts.Count == 0)
            {
                notes.Add($"The step '{step.Name}' was left out: {answer.Failure ?? "the model gave no text"}.");
            }
        }

        return new QueryPlan([.. questions.Take(Math.Max(MostQuestions, plan.Questions.Count))], [.. notes.Distinct()]);
    }

    private static IEnumerable<IReadOnlyList<QueryVariant>> Apply(QueryStep step, IReadOnlyList<QueryVariant> variants, List<string> texts) => step.Name switch
    {
        QuerySettings.Rewrite => [[new QueryVariant(texts[0])]],
        QuerySettings.MultiQuery => [[.. variants, .. texts.Select(text => new QueryVariant(text))]],
        QuerySettings.Hyde => [[variants[0] with { Passage = texts[0] }, .. variants.Skip(1)]],
        _ => texts.Select(text => (IReadOnlyList<QueryVariant>)[new QueryVariant(text)]),
    };

    private static List<string> Read(StructuredAnswer answer, int most) =>
        answer.Value is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty("texts", out var texts) && texts.ValueKind == JsonValueKind.Array
            ? [.. texts.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()!.Trim())
                .Where(text => text.Length is > 0 and <= MostLength).Take(most)]
            : [];
}
