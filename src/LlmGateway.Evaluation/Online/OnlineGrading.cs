using System.Text.Json;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Online;

/// <summary>Makes the run that grades a rule's calls. It is to be called inside a transaction that holds the rule's row.</summary>
internal sealed class OnlineGrading(EvaluationDbContext store, RunCreation creation)
{
    /// <summary>The run, which is made together with the account of its calls.</summary>
    /// <exception cref="ApiException">The eval cannot grade calls (400), or the key may not call its judges (403).</exception>
    public async Task<Run> StartAsync(OnlineRule rule, IReadOnlyList<Guid> calls, Caller caller, CancellationToken cancellationToken)
    {
        var eval = await store.Evals.AsNoTracking().SingleAsync(row => row.Id == rule.EvalId, cancellationToken);
        var run = await creation.CreateAsync(eval, JsonFields.Of(RequestOf(rule, calls), ""), caller, cancellationToken);
        store.OnlineRuns.Add(new OnlineRun { RunId = run.Id, RuleId = rule.Id, IsSettled = false });
        store.OnlineCalls.AddRange(calls.Select(call => new OnlineCall { RuleId = rule.Id, InferenceId = call }));
        await store.SaveChangesAsync(cancellationToken);
        return run;
    }

    private static JsonElement RequestOf(OnlineRule rule, IReadOnlyList<Guid> calls) => JsonText.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("name", $"online {rule.Name}");
        writer.WriteStartObject("metadata");
        writer.WriteString("online_rule_id", rule.Id);
        writer.WriteEndObject();
        writer.WriteStartObject("data_source");
        writer.WriteString("type", "jsonl");
        writer.WriteStartObject("source");
        writer.WriteString("type", CallSourceReader.Inferences);
        writer.WriteStartArray("ids");
        foreach (var call in calls)
        {
            writer.WriteStringValue(call);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }));
}
