using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Feedback;

/// <summary>Feedback on the wire.</summary>
internal sealed record FeedbackView(
    string Id,
    string? InferenceId,
    string? EpisodeId,
    string Metric,
    string Type,
    JsonElement Value,
    string? Comment,
    IReadOnlyDictionary<string, string> Tags,
    string? IdempotencyKey,
    long CreatedAt)
{
    public string Object { get; } = "feedback";

    public static FeedbackView Of(FeedbackRecord row) => new(
        row.Id,
        row.BodyId,
        row.EpisodeId,
        row.Metric,
        row.Type,
        ValueOf(row),
        row.Comment,
        JsonSerializer.Deserialize(row.Tags, DatasetsJsonContext.Default.DictionaryStringString)!,
        row.IdempotencyKey,
        UnixMicros.ToSeconds(row.CreatedAtMicros));

    private static JsonElement ValueOf(FeedbackRecord row) => row.Type switch
    {
        FeedbackType.Boolean => JsonElement.Parse(row.Number == 1 ? "true"u8 : "false"u8),
        FeedbackType.Float => JsonSerializer.SerializeToElement(row.Number!.Value, DatasetsJsonContext.Default.Double),
        FeedbackType.Comment or FeedbackType.Categorical => JsonSerializer.SerializeToElement(row.Text!, DatasetsJsonContext.Default.String),
        _ => JsonElement.Parse(row.Text!),
    };
}

/// <summary>A metric on the wire.</summary>
internal sealed record FeedbackMetricView(string Name, string Type, string Optimize, string? Level, IReadOnlyList<string>? Options, long CreatedAt)
{
    public string Object { get; } = "feedback.metric";

    public static FeedbackMetricView Of(FeedbackMetric row) => new(
        row.Name, row.Type, row.Optimize, row.Level, row.ReadOptions(), UnixMicros.ToSeconds(row.CreatedAtMicros));
}
