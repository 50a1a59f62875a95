using System.Globalization;
using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Judges.Examples;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Kinds;

/// <summary>OpenAI's <c>score_model</c>: a number in a range. Of several votes the median counts, or the mean.</summary>
internal sealed class ScoreModel : IJudgement
{
    public const string Kind = "score_model";
    private const double Widest = 1e6;

    private readonly MessageTemplates _input;
    private readonly JudgeExamples? _examples;
    private readonly AnswerForm<ScoreVote> _form;
    private readonly double _threshold;
    private readonly bool _takesMean;

    private ScoreModel(MessageTemplates input, JudgeExamples? examples, AnswerForm<ScoreVote> form, double threshold, bool takesMean) =>
        (_input, _examples, _form, _threshold, _takesMean) = (input, examples, form, threshold, takesMean);

    public string Prompt => $"Grade as the following messages ask. {_form.Instruction}";

    public bool IsBinary => false;

    /// <summary>The range is 0 to 1 where none is given; without a threshold the upper half passes.</summary>
    public static ScoreModel Read(JsonFields fields, TemplateScope scope, DatasetsClient datasets)
    {
        fields.Only("type", "name", "model", "input", "range", "pass_threshold", "sampling_params", "votes", "vote_aggregate", "examples");
        var (low, high) = ReadRange(fields);
        var shape = string.Create(
            CultureInfo.InvariantCulture, $$"""{"reason": "<why, in a sentence>", "score": <a number from {{low}} to {{high}}, or null if it cannot be judged>}""");
        return new ScoreModel(
            MessageTemplates.Read(fields, "input", scope),
            JudgeExamples.Read(fields, datasets, new ExampleLabels("score", $"a number from {low} to {high}", label => WriteLabel(label, low, high))),
            new AnswerForm<ScoreVote>(shape, answer => ReadVote(answer, low, high)),
            fields.FindNumber("pass_threshold", low, high) ?? ((low + high) / 2),
            fields.Find("vote_aggregate") is not null && fields.Choice("vote_aggregate", "median", "mean") == "mean");
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var instruction = await JudgeExamples.AppendAsync(Prompt, _examples, session);
        var votes = await session.VoteAsync([new ChatText("system", instruction), .. _input.Render(item.Values)], _form);
        return Decide(votes) with { Details = ScoreDetails.Of(session.Version, votes) };
    }

    private Grade Decide(IReadOnlyList<Vote<ScoreVote>> votes)
    {
        var answers = votes.Select(vote => vote.Answer).OfType<ScoreVote>().ToList();
        double[] scores = [.. answers.Select(answer => answer.Score).OfType<double>().Order()];
        if (scores.Length * 2 <= answers.Count)
        {
            return Grade.Abstained(answers.First(answer => answer.Score is null).Reason);
        }

        var score = _takesMean ? scores.Average() : (scores[(scores.Length - 1) / 2] + scores[scores.Length / 2]) / 2;
        var nearest = answers.Where(answer => answer.Score is not null).MinBy(answer => Math.Abs(answer.Score!.Value - score))!;
        return Grade.Scored(score, score >= _threshold, nearest.Reason);
    }

    private static ScoreVote? ReadVote(JsonElement answer, double low, double high)
    {
        if (!answer.TryGetProperty("score", out var value))
        {
            return null;
        }

        var reason = answer.FindText("reason");
        return value.ValueKind == JsonValueKind.Null ? new ScoreVote(null, reason)
            : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var score) && score >= low && score <= high ? new ScoreVote(score, reason)
            : null;
    }

    /// <summary>Datasets keep labels as texts.</summary>
    private static string? WriteLabel(JsonElement label, double low, double high)
    {
        var text = label.ValueKind == JsonValueKind.String ? label.GetString() : label.GetRawText();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && score >= low && score <= high
            ? score.ToString(CultureInfo.InvariantCulture)
            : null;
    }

    private static (double Low, double High) ReadRange(JsonFields fields)
    {
        if (fields.Find("range") is null)
        {
            return (0, 1);
        }

        var ends = fields.List("range", 2, 2);
        var (low, high) = (End(ends[0]), End(ends[1]));
        return low < high ? (low, high) : throw JsonFields.Invalid($"'{fields.At("range")}' must rise.", fields.At("range"));
    }

    private static double End((JsonElement Element, string Path) end) =>
        end.Element.ValueKind == JsonValueKind.Number && end.Element.TryGetDouble(out var number) && Math.Abs(number) <= Widest
            ? number
            : throw JsonFields.Invalid($"'{end.Path}' must be a number from {-Widest} to {Widest}.", end.Path);
}

/// <summary>A score as a judge gave it; null for an abstention.</summary>
internal sealed record ScoreVote(double? Score, string? Reason);

/// <summary>What stands behind a score.</summary>
internal sealed record ScoreDetails(string Version, IReadOnlyList<ScoreVoteView> Votes)
{
    public static JsonElement Of(string version, IReadOnlyList<Vote<ScoreVote>> votes) => JsonSerializer.SerializeToElement(
        new ScoreDetails(version, [.. votes.Select(vote => new ScoreVoteView(vote.Answer?.Score, vote.Answer?.Reason, vote.Error))]), EvaluationJson.TypeInfo<ScoreDetails>());
}

/// <summary>A vote: without a score it is an abstention, or an error.</summary>
internal sealed record ScoreVoteView(double? Score, string? Reason, string? Error);
