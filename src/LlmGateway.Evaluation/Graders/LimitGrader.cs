using System.Globalization;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Ours: <c>latency</c> and <c>cost</c>, whether the sample took no more than a limit; abstains where the measure is unknown, such as
/// that of a recorded output. The score is 1 or 0 and not the measure, for in every score more is better; the measure is in the details.
/// </summary>
internal sealed class LimitGrader : IGrader
{
    public const string Latency = "latency";
    public const string Cost = "cost";
    private const double MaxMilliseconds = 3_600_000;
    private const double MaxUsd = 1_000_000;

    private readonly string _measure;
    private readonly double _limit;
    private readonly Func<Sample, double?> _of;

    private LimitGrader(string type, string name, string measure, double limit, Func<Sample, double?> of) =>
        (Type, Name, _measure, _limit, _of) = (type, name, measure, limit, of);

    public string Name { get; }

    public string Type { get; }

    public bool IsBinary => true;

    public bool CallsModels => false;

    public static LimitGrader ReadLatency(JsonFields fields, TemplateScope scope) =>
        Read(Latency, "latency_ms", fields, "max_ms", MaxMilliseconds, sample => sample.LatencyMs);

    public static LimitGrader ReadCost(JsonFields fields, TemplateScope scope) =>
        Read(Cost, "cost_usd", fields, "max_usd", MaxUsd, sample => (double?)sample.CostUsd);

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken) => Task.FromResult(
        item.Sample is { } sample && _of(sample) is { } value
            ? Grade.Binary(value <= _limit, string.Create(CultureInfo.InvariantCulture, $"{_measure} is {value} of at most {_limit}")) with { Details = Details(value) }
            : Grade.Abstained($"The sample's {_measure} is unknown."));

    private static LimitGrader Read(string type, string measure, JsonFields fields, string limit, double most, Func<Sample, double?> of)
    {
        fields.Only("type", "name", limit);
        return new LimitGrader(type, fields.GraderName(), measure, fields.Number(limit, 0, most), of);
    }

    private System.Text.Json.JsonElement Details(double value) => JsonText.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber(_measure, value);
        writer.WriteEndObject();
    }));
}
