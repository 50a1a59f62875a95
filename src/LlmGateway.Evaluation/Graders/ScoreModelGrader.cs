using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// OpenAI's <c>score_model</c>: a model that gives a number in a range. It answers with JSON; an answer that cannot be read is
/// asked for once more and is then an error. A judge may abstain by scoring null.
/// </summary>
internal sealed class ScoreModelGrader : IGrader
{
    public const string Kind = "score_model";
    private const double Widest = 1e6;

    private readonly GatewayModels _models;
    private readonly MessageTemplates _input;
    private readonly ModelRequest _request;
    private readonly (double Low, double High) _range;
    private readonly double _threshold;

    private ScoreModelGrader(
        string name, GatewayModels models, MessageTemplates input, ModelRequest request, (double Low, double High) range, double threshold) =>
        (Name, _models, _input, _request, _range, _threshold) = (name, models, input, request, range, threshold);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => false;

    public bool CallsModels => true;

    /// <summary>The range is 0 to 1 where none is given; without a threshold the upper half passes.</summary>
    public static ScoreModelGrader Read(JsonFields fields, TemplateScope scope, GatewayModels models)
    {
        fields.Only("type", "name", "model", "input", "range", "pass_threshold", "sampling_params");
        var range = ReadRange(fields);
        var request = ModelRequest.Read(fields.Text("model", ModelRequest.MaxModelLength), fields.FindObject("sampling_params"), isGrader: true);
        return new ScoreModelGrader(
            fields.GraderName(),
            models,
            MessageTemplates.Read(fields, "input", scope),
            request,
            range,
            fields.FindNumber("pass_threshold", range.Low, range.High) ?? ((range.Low + range.High) / 2));
    }

    public async Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        var messages = _input.Render(item.Values).Prepend(Instruction()).ToList();
        var first = await _models.CompleteAsync(item.Caller, _request, messages, cancellationToken);
        if (Read(first.Text) is { } grade)
        {
            return grade with { Usage = first.Usage };
        }

        messages.Add(new ChatText("assistant", first.Text));
        messages.Add(new ChatText("user", "That cannot be read. Answer with the JSON object alone."));
        var second = await _models.CompleteAsync(item.Caller, _request, messages, cancellationToken);
        var repaired = Read(second.Text) ?? Grade.Failed($"The judge's answer cannot be read: {JsonFields.Shortened(second.Text)}");
        return repaired with { Usage = first.Usage.Plus(second.Usage) };
    }

    private ChatText Instruction() => new("system",
        $$"""
        Grade as the following messages ask. Answer with one JSON object and nothing else: {"reason": "<why, in a sentence>", "score": <a number from {{_range.Low}} to {{_range.High}}, or null if it cannot be judged>}
        """);

    /// <summary>Null for an answer that is not what was asked for.</summary>
    private Grade? Read(string answer)
    {
        try
        {
            var (open, close) = (answer.IndexOf('{', StringComparison.Ordinal), answer.LastIndexOf('}'));
            using var document = JsonDocument.Parse(open >= 0 && close > open ? answer[open..(close + 1)] : answer);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("score", out var value))
            {
                return null;
            }

            var reason = root.TryGetProperty("reason", out var why) && why.ValueKind == JsonValueKind.String ? why.GetString() : null;
            return value.ValueKind switch
            {
                JsonValueKind.Null => Grade.Abstained(reason),
                JsonValueKind.Number when value.TryGetDouble(out var score) && score >= _range.Low && score <= _range.High =>
                    Grade.Scored(score, score >= _threshold, reason),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
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
