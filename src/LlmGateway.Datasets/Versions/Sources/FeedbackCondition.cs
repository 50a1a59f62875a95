using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Feedback that a call must have, on itself, its answer or its episode. Any one that passes is enough; bounds are inclusive.</summary>
/// <param name="Metric">The metric; by itself it asks for any value.</param>
/// <param name="Min">Lowest value of a float metric.</param>
/// <param name="Max">Highest value of a float metric.</param>
/// <param name="Value">The value of a boolean or float metric.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FeedbackCondition(string? Metric, double? Min, double? Max, [property: JsonPropertyName("equals")] JsonElement? Value)
{
    private const string Field = "source.filter.feedback";

    /// <summary>The project's feedback that passes.</summary>
    /// <exception cref="ApiException">The metric is unknown, or the bounds do not fit its type (400).</exception>
    public async Task<IQueryable<FeedbackRecord>> ApplyAsync(DatasetsDbContext context, FeedbackMetrics metrics, string project, CancellationToken cancellationToken)
    {
        FeedbackRequest.CheckMetric(Metric, $"{Field}.metric");
        var metric = await metrics.FindAsync(project, Metric!, cancellationToken)
            ?? throw Bad($"Invalid '{Field}.metric': the project has no metric '{Metric}'.", "metric");
        if ((Min ?? Max) is not null && metric.Type != FeedbackType.Float)
        {
            throw Bad($"Invalid '{Field}': 'min' and 'max' are for floats, and '{Metric}' is of type {metric.Type}.", Min is null ? "max" : "min");
        }

        var rows = context.Feedback.Where(row => row.ProjectId == project && row.Metric == metric.Name);
        rows = Min is { } min ? rows.Where(row => row.Number >= min) : rows;
        rows = Max is { } max ? rows.Where(row => row.Number <= max) : rows;
        return ReadEqual(metric) is { } equal ? rows.Where(row => row.Number == equal) : rows;
    }

    private double? ReadEqual(FeedbackMetric metric)
    {
        if (Value is not { ValueKind: not JsonValueKind.Null } value)
        {
            return null;
        }

        return metric.Type is FeedbackType.Boolean or FeedbackType.Float && FeedbackValue.TypeOf(value) == metric.Type
            ? FeedbackValue.Read(value, metric.Name, metric.Type).Number
            : throw Bad($"Invalid '{Field}.equals': expected a value of '{Metric}', which is of type {metric.Type}.", "equals");
    }

    private static ApiException Bad(string message, string member) => new(ApiErrors.BadRequest(message, $"{Field}.{member}"));
}
