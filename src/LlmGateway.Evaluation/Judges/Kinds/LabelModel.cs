using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Judges.Examples;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Kinds;

/// <summary>
/// OpenAI's <c>label_model</c>: one of a few labels, some of which pass. Of several votes the majority counts; where there is
/// none it is an abstention.
/// </summary>
internal sealed class LabelModel : IJudgement
{
    public const string Kind = "label_model";
    private const int MostLabels = 100;
    private const int LongestLabel = 200;

    private readonly MessageTemplates _input;
    private readonly JudgeExamples? _examples;
    private readonly AnswerForm<LabelVote> _form;
    private readonly IReadOnlyList<string> _passing;

    private LabelModel(MessageTemplates input, JudgeExamples? examples, AnswerForm<LabelVote> form, IReadOnlyList<string> passing) =>
        (_input, _examples, _form, _passing) = (input, examples, form, passing);

    public string Prompt => $"Label as the following messages ask. {_form.Instruction}";

    public bool IsBinary => true;

    public static LabelModel Read(JsonFields fields, TemplateScope scope, DatasetsClient datasets)
    {
        fields.Only("type", "name", "model", "input", "labels", "passing_labels", "sampling_params", "votes", "examples");
        var labels = ReadLabels(fields, "labels");
        var passing = ReadLabels(fields, "passing_labels");
        if (passing.Except(labels).FirstOrDefault() is { } unknown)
        {
            throw JsonFields.Invalid($"'{JsonFields.Shortened(unknown)}' is none of the labels.", fields.At("passing_labels"));
        }

        var named = string.Join(", ", labels.Select(Quote));
        return new LabelModel(
            MessageTemplates.Read(fields, "input", scope),
            JudgeExamples.Read(fields, datasets, new ExampleLabels("label", $"one of {named}", label => Match(label, labels) is { } known ? Quote(known) : null)),
            new AnswerForm<LabelVote>(
                $$"""{"reason": "<why, in a sentence>", "label": <one of {{named}}, or null if it cannot be judged>}""", answer => ReadVote(answer, labels)),
            passing);
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var instruction = await JudgeExamples.AppendAsync(Prompt, _examples, session);
        var votes = await session.VoteAsync([new ChatText("system", instruction), .. _input.Render(item.Values)], _form);
        return Decide([.. votes.Select(vote => vote.Answer).OfType<LabelVote>()]) with { Details = LabelDetails.Of(session.Version, votes) };
    }

    private Grade Decide(IReadOnlyList<LabelVote> answers)
    {
        if (!Majority.TryFind([.. answers.Select(answer => answer.Label)], out var label))
        {
            return Grade.Abstained("No label has more than half of the votes.");
        }

        var reason = answers.First(answer => answer.Label == label).Reason;
        return label is null ? Grade.Abstained(reason) : Grade.Binary(_passing.Contains(label), reason);
    }

    private static LabelVote? ReadVote(JsonElement answer, IReadOnlyList<string> labels)
    {
        if (!answer.TryGetProperty("label", out var value))
        {
            return null;
        }

        var label = Match(value, labels);
        return label is not null || value.ValueKind == JsonValueKind.Null ? new LabelVote(label, answer.FindText("reason")) : null;
    }

    /// <summary>The label as it is spelt in the list: judges are careless with case.</summary>
    private static string? Match(JsonElement value, IReadOnlyList<string> labels)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : null;
        return labels.FirstOrDefault(label => label == text) ?? labels.FirstOrDefault(label => label.Equals(text, StringComparison.OrdinalIgnoreCase));
    }

    private static string Quote(string label) => JsonText.Write(writer => writer.WriteStringValue(label));

    private static List<string> ReadLabels(JsonFields fields, string name)
    {
        List<string> labels = [.. fields.List(name, 1, MostLabels).Select(entry => JsonFields.AsText(entry.Element, entry.Path, LongestLabel))];
        return labels.Distinct().Count() == labels.Count ? labels : throw JsonFields.Invalid($"'{fields.At(name)}' names a label twice.", fields.At(name));
    }
}

/// <summary>A label as a judge gave it; null for an abstention.</summary>
internal sealed record LabelVote(string? Label, string? Reason);

/// <summary>What stands behind a label.</summary>
internal sealed record LabelDetails(string Version, IReadOnlyList<LabelVoteView> Votes)
{
    public static JsonElement Of(string version, IReadOnlyList<Vote<LabelVote>> votes) => JsonSerializer.SerializeToElement(
        new LabelDetails(version, [.. votes.Select(vote => new LabelVoteView(vote.Answer?.Label, vote.Answer?.Reason, vote.Error))]), EvaluationJson.TypeInfo<LabelDetails>());
}

/// <summary>A vote: without a label it is an abstention, or an error.</summary>
internal sealed record LabelVoteView(string? Label, string? Reason, string? Error);
