using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Kinds;

/// <summary>
/// Ours: <c>pairwise</c>, which of two answers is the better one: the sample, or a reference, which may be another run's output.
/// They are judged in both orders, as judges favour a place (L. Zheng et al., Judging LLM-as-a-judge with MT-Bench and Chatbot
/// Arena, 2023): 1 for a win in both, 0 for a loss in both, else .5 for a tie.
/// </summary>
internal sealed class Pairwise : IJudgement
{
    public const string Kind = "pairwise";

    /// <summary>The sample, as details name it.</summary>
    public const string Sample = "sample";

    public const string Reference = "reference";
    private const string Tie = "tie";
    private const string DefaultCriteria = "Prefer the answer that is more correct, complete and helpful. Length is no merit.";
    private const double DefaultThreshold = 0.5;

    private static readonly AnswerForm<PairVote> Form = new(
        """{"reason": "<why, in a sentence>", "winner": "first", "second" or "tie", or null if they cannot be judged}""", ReadVote);

    private readonly Template? _question;
    private readonly Template _input;
    private readonly Template _reference;
    private readonly string _criteria;
    private readonly double _threshold;

    private Pairwise(Template? question, Template input, Template reference, string criteria, double threshold) =>
        (_question, _input, _reference, _criteria, _threshold) = (question, input, reference, criteria, threshold);

    public string Prompt => $"Decide which of two answers is better. {_criteria} {Form.Instruction}";

    public bool IsBinary => false;

    /// <summary>A tie passes where no threshold is given.</summary>
    public static Pairwise Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "model", "question", "input", "reference", "criteria", "pass_threshold", "sampling_params", "votes");
        return new Pairwise(
            fields.Find("question") is null ? null : fields.Template("question", scope),
            fields.TemplateOrOutput("input", scope),
            fields.Template("reference", scope),
            fields.FindText("criteria") ?? DefaultCriteria,
            fields.FindNumber("pass_threshold", 0, 1) ?? DefaultThreshold);
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var question = _question?.Render(item.Values);
        var (sample, reference) = (_input.Render(item.Values), _reference.Render(item.Values));
        var sampleFirst = PairOrder.Of(Sample, Reference, await session.VoteAsync(Ask(question, sample, reference), Form));
        var referenceFirst = PairOrder.Of(Reference, Sample, await session.VoteAsync(Ask(question, reference, sample), Form));
        return Decide(sampleFirst, referenceFirst) with { Details = PairwiseDetails.Of(session.Version, sampleFirst, referenceFirst) };
    }

    private List<ChatText> Ask(string? question, string first, string second) =>
    [
        new("system", Prompt),
        new("user", $"{(question is null ? "" : $"Question:\n{question}\n\n")}First answer:\n{first}\n\nSecond answer:\n{second}"),
    ];

    private Grade Decide(PairOrder one, PairOrder other)
    {
        if (one.Winner is null || other.Winner is null)
        {
            return Grade.Abstained((one.Winner is null ? one : other).Reason);
        }

        var winner = one.Winner == other.Winner ? one.Winner : Tie;
        var score = winner switch
        {
            Sample => 1,
            Reference => 0,
            _ => 0.5,
        };
        return Grade.Scored(score, score >= _threshold, one.Winner == other.Winner ? one.Reason : "The two orders have different winners.");
    }

    private static PairVote? ReadVote(JsonElement answer)
    {
        if (!answer.TryGetProperty("winner", out var value))
        {
            return null;
        }

        var reason = answer.FindText("reason");
        return value.ValueKind == JsonValueKind.Null ? new PairVote(null, reason)
            : value.ValueKind == JsonValueKind.String && value.GetString() is "first" or "second" or Tie ? new PairVote(value.GetString(), reason)
            : null;
    }
}

/// <summary>Which place won: <c>first</c>, <c>second</c> or <c>tie</c>; null for an abstention.</summary>
internal sealed record PairVote(string? Winner, string? Reason);
