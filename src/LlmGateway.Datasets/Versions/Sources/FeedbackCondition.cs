using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Feedback that a call must have. Any one that passes is enough; bounds are inclusive.</summary>
/// <param name="Metric">The metric; by itself it asks for any value.</param>
/// <param name="Min">Lowest value of a float metric.</param>
/// <param name="Max">Highest value of a float metric.</param>
/// <param name="Value">The value of a boolean, float or categorical metric; of a categorical one also a list, of which one is enough.</param>
/// <param name="Level"><c>inference</c> for what was said of the call or its answer, <c>episode</c> for what was said of its episode; <c>any</c>, the default, for both.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FeedbackCondition(
    string? Metric,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Min,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Max,
    [property: JsonPropertyName("equals"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Level = null)
{
    private const string Any = "any";

    /// <summary>The level that a join goes by; null for both.</summary>
    [JsonIgnore]
    public string? JoinLevel => Level == Any ? null : Level;

    /// <summary>The project's feedback that passes.</summary>
    /// <param name="context">The store.</param>
    /// <param name="metrics">The project's metrics.</param>
    /// <param name="project">The project.</param>
    /// <param name="field">Names the condition in errors.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="ApiException">The metric is unknown, or the bounds do not fit its type (400).</exception>
    public async Task<IQueryable<FeedbackRecord>> ApplyAsync(
        DatasetsDbContext context, FeedbackMetrics metrics, string project, string field, CancellationToken cancellationToken)
    {
        FeedbackRequest.CheckMetric(Metric, $"{field}.metric");
        var metric = await metrics.FindAsync(project, Metric!, cancellationToken)
            ?? throw Bad($"Invalid '{field}.metric': the project has no metric '{Metric}'.", $"{field}.metric");
        if ((Min ?? Max) is not null && metric.Type != FeedbackType.Float)
        {
            throw Bad($"Invalid '{field}': 'min' and 'max' are for floats, and '{Metric}' is of type {metric.Type}.", $"{field}.{(Min is null ? "max" : "min")}");
        }

        if (Level is not (null or Any or FeedbackLevel.Inference or FeedbackLevel.Episode))
        {
            throw Bad($"Invalid '{field}.level': expected {FeedbackLevel.Inference}, {FeedbackLevel.Episode} or {Any}.", $"{field}.level");
        }

        var rows = context.Feedback.Where(row => row.ProjectId == project && row.Metric == metric.Name);
        rows = Min is { } min ? rows.Where(row => row.Number >= min) : rows;
        rows = Max is { } max ? rows.Where(row => row.Number <= max) : rows;
        return Value is { ValueKind: not JsonValueKind.Null } value ? Equal(rows, metric, value, $"{field}.equals") : rows;
    }

    private static IQueryable<FeedbackRecord> Equal(IQueryable<FeedbackRecord> rows, FeedbackMetric metric, JsonElement value, string param)
    {
        if (metric.Type == FeedbackType.Categorical)
        {
            var texts = ReadTexts(metric, value, param);
            return rows.Where(row => texts.Contains(row.Text!));
        }

        var number = metric.Type is FeedbackType.Boolean or FeedbackType.Float && value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number
            && FeedbackValue.TypeOf(value) == metric.Type
                ? FeedbackValue.Read(value, metric).Number
                : throw Unfit(metric, param);
        return rows.Where(row => row.Number == number);
    }

    private static string[] ReadTexts(FeedbackMetric metric, JsonElement value, string param)
    {
        JsonElement[] values = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return values.Length is > 0 and <= FeedbackMetric.MaxOptions && values.All(one => one.ValueKind == JsonValueKind.String && CanonicalJson.IsUnicode(one))
            ? [.. values.Select(one => one.GetString()!)]
            : throw Unfit(metric, param);
    }

    private static ApiException Unfit(FeedbackMetric metric, string param) =>
        Bad($"Invalid '{param}': expected a value of '{metric.Name}', which is of type {metric.Type}.", param);

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
