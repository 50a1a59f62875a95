using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Batches;

/// <summary>The body of <c>POST /v1/batches</c>.</summary>
/// <param name="InputFileId">A file of the purpose <c>batch</c>.</param>
/// <param name="Endpoint">The path that all its requests go to.</param>
/// <param name="CompletionWindow">Always <c>24h</c>.</param>
/// <param name="Metadata">Up to 16 pairs.</param>
/// <param name="OutputExpiresAfter">When the files it makes expire.</param>
internal sealed record CreateBatchRequest(
    string? InputFileId, string? Endpoint, string? CompletionWindow, Dictionary<string, string>? Metadata, ExpiresAfter? OutputExpiresAfter);

/// <param name="Anchor">Always <c>created_at</c>, the file's.</param>
/// <param name="Seconds">From an hour to 30 days.</param>
internal sealed record ExpiresAfter(string? Anchor, int? Seconds);

/// <summary>OpenAI's <c>Batch</c>. What is not known yet is left out, as its contract has it.</summary>
internal sealed record BatchResource(
    string Id,
    string Object,
    string Endpoint,
    string? Model,
    BatchErrors? Errors,
    string InputFileId,
    string CompletionWindow,
    string Status,
    string? OutputFileId,
    string? ErrorFileId,
    long CreatedAt,
    long? InProgressAt,
    long ExpiresAt,
    long? FinalizingAt,
    long? CompletedAt,
    long? FailedAt,
    long? ExpiredAt,
    long? CancellingAt,
    long? CancelledAt,
    BatchCounts RequestCounts,
    BatchUsage Usage)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Dictionary<string, string>? Metadata { get; init; }

    public static BatchResource From(Batch batch)
    {
        var status = batch.ShownStatus;
        return new(
            batch.Id, "batch", batch.Endpoint, batch.Model, BatchErrors.Read(batch.Errors), batch.InputFileId, batch.CompletionWindow, status,
            batch.OutputFileId, batch.ErrorFileId, UnixMicros.ToSeconds(batch.CreatedAt), Seconds(batch.InProgressAt), UnixMicros.ToSeconds(batch.ExpiresAt),
            Seconds(batch.FinalizingAt), EndedAs(BatchEnding.Completed), EndedAs(BatchEnding.Failed), EndedAs(BatchEnding.Expired),
            Seconds(batch.CancellingAt), EndedAs(BatchEnding.Cancelled), new BatchCounts(batch.Total, batch.Completed, batch.Failed), BatchUsage.Of(batch))
        {
            Metadata = batch.Metadata is null ? null : JsonSerializer.Deserialize(batch.Metadata, BatchJsonContext.Default.DictionaryStringString),
        };

        long? EndedAs(string ending) => status == ending ? Seconds(batch.EndedAt) : null;
    }

    private static long? Seconds(long? micros) => micros is { } time ? UnixMicros.ToSeconds(time) : null;
}

internal sealed record BatchCounts(int Total, int Completed, int Failed);

/// <summary>Tokens of all answers.</summary>
internal sealed record BatchUsage(long InputTokens, CachedTokens InputTokensDetails, long OutputTokens, ReasoningTokens OutputTokensDetails, long TotalTokens)
{
    public static BatchUsage Of(Batch batch) => new(
        batch.InputTokens, new(batch.CachedInputTokens), batch.OutputTokens, new(batch.ReasoningTokens), batch.InputTokens + batch.OutputTokens);
}

internal sealed record CachedTokens([property: JsonPropertyName("cached_tokens")] long Count);

internal sealed record ReasoningTokens([property: JsonPropertyName("reasoning_tokens")] long Count);

/// <summary>What is wrong with a batch as a whole, or with lines of its input.</summary>
internal sealed record BatchErrors(string Object, IReadOnlyList<BatchError> Data)
{
    public static BatchErrors? Read(string? json) =>
        json is null ? null : new("list", JsonSerializer.Deserialize(json, BatchJsonContext.Default.ListBatchError)!);

    public static string Write(List<BatchError> errors) => JsonSerializer.Serialize(errors, BatchJsonContext.Default.ListBatchError);
}

/// <param name="Code">Such as <c>invalid_json_line</c>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Param">The member at fault; null for none.</param>
/// <param name="Line">In the input file, from 1; null for none.</param>
internal sealed record BatchError(
    string Code,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Line = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CreateBatchRequest))]
[JsonSerializable(typeof(BatchResource))]
[JsonSerializable(typeof(ListPage<BatchResource>))]
[JsonSerializable(typeof(List<BatchError>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class BatchJsonContext : JsonSerializerContext;
