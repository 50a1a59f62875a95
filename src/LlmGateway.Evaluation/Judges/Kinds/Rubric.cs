using System.Text;
using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Judges.Kinds;

/// <summary>
/// Ours: <c>rubric</c>, a list of points, each of which passes, fails or cannot be judged. The score is the weighted share that
/// passed, of the points that could be judged.
/// </summary>
internal sealed class Rubric : IJudgement
{
    public const string Kind = "rubric";
    private const int MostPoints = 30;
    private const int LongestName = 200;
    private const int LongestDescription = 4000;
    private const double LargestWeight = 1000;

    private readonly MessageTemplates _input;
    private readonly IReadOnlyList<RubricPoint> _points;
    private readonly double _threshold;
    private readonly AnswerForm<IReadOnlyList<PointVerdict>> _form;

    private Rubric(MessageTemplates input, IReadOnlyList<RubricPoint> points, double threshold)
    {
        (_input, _points, _threshold) = (input, points, threshold);
        _form = new(
            """{"points": [{"point": <its number>, "reason": "<why, in a sentence>", "verdict": "pass" or "fail", or null if it cannot be judged}]}, each point once""",
            answer => PointVerdict.ReadAll(answer, points.Count));
        Prompt = WritePrompt();
    }

    public string Prompt { get; }

    public bool IsBinary => false;

    /// <summary>Half of the weight passes where no threshold is given.</summary>
    public static Rubric Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "model", "input", "rubric", "pass_threshold", "sampling_params", "votes");
        List<RubricPoint> points = [.. fields.List("rubric", 1, MostPoints).Select(entry => ReadPoint(JsonFields.Of(entry.Element, entry.Path)))];
        return points.DistinctBy(point => point.Name).Count() == points.Count
            ? new Rubric(MessageTemplates.Read(fields, "input", scope), points, fields.FindNumber("pass_threshold", 0, 1) ?? 0.5)
            : throw JsonFields.Invalid($"'{fields.At("rubric")}' has two points of one name.", fields.At("rubric"));
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var votes = await session.VoteAsync([new ChatText("system", Prompt), .. _input.Render(item.Values)], _form);
        var judged = _points.Select((point, index) => JudgedPoint.Of(point, index, votes)).ToList();
        return Decide(judged) with
        {
            Details = JsonSerializer.SerializeToElement(new RubricDetails(session.Version, judged), EvaluationJson.TypeInfo<RubricDetails>()),
        };
    }

    private Grade Decide(IReadOnlyList<JudgedPoint> judged)
    {
        var weight = judged.Where(point => point.Verdict is not null).Sum(point => point.Weight);
        if (weight == 0)
        {
            return Grade.Abstained("No point could be judged.");
        }

        var score = judged.Where(point => point.Verdict == PointVerdict.Pass).Sum(point => point.Weight) / weight;
        var failed = judged.Where(point => point.Verdict == PointVerdict.Fail).Select(point => point.Name).ToList();
        return Grade.Scored(score, score >= _threshold, failed.Count == 0 ? null : $"Failed: {string.Join(", ", failed)}");
    }

    private string WritePrompt()
    {
        var text = new StringBuilder("Judge what the following messages show by each of these points, for itself:\n");
        for (var index = 0; index < _points.Count; index++)
        {
            text.Append(index + 1).Append(". ").Append(_points[index].Name).Append(": ").Append(_points[index].Description).Append('\n');
        }

        return text.Append(_form.Instruction).ToString();
    }

    private static RubricPoint ReadPoint(JsonFields fields)
    {
        fields.Only("name", "description", "weight");
        var weight = fields.FindNumber("weight", 0, LargestWeight) ?? 1;
        return weight > 0
            ? new RubricPoint(fields.Text("name", LongestName), fields.Text("description", LongestDescription), weight)
            : throw JsonFields.Invalid($"'{fields.At("weight")}' must be above 0.", fields.At("weight"));
    }
}

/// <summary>A point of a rubric.</summary>
internal sealed record RubricPoint(string Name, string Description, double Weight);
