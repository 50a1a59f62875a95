using System.Text.Json.Serialization;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions;

/// <summary>The body of <c>POST /v1/datasets/{id}/versions</c>.</summary>
/// <param name="Source">Where the items come from.</param>
/// <param name="Split">How they are divided; null leaves them as their source has them.</param>
/// <param name="Dedupe"><c>input</c> keeps the first of items whose inputs differ only in case and white space; null keeps all.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VersionRequest(
    VersionSource? Source,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SplitRule? Split,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Dedupe)
{
    public const int MaxBodyBytes = 256 << 10;

    /// <summary>Most items of a version: what a builder remembers of each is then 50 MB at most.</summary>
    public const int MaxItems = 500_000;

    /// <exception cref="ApiException">A field is missing or malformed (400).</exception>
    public void Check()
    {
        Split?.Check();
        if (Dedupe is not (null or "input"))
        {
            throw new ApiException(ApiErrors.BadRequest("Invalid 'dedupe': expected 'input'.", "dedupe"));
        }

        (Source ?? throw new ApiException(ApiErrors.BadRequest("Missing required parameter: 'source'.", "source"))).Check();
    }
}

/// <summary>Where the items of a version come from.</summary>
/// <param name="Type"><c>file</c> or <c>from_inferences</c>.</param>
/// <param name="FileId">A JSONL file; for <c>file</c>.</param>
/// <param name="Filter">Which calls; for <c>from_inferences</c>, where null means all.</param>
/// <param name="Limit">Most items, the oldest calls first; for <c>from_inferences</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VersionSource(
    string? Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FileId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] InferenceSelection? Filter,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Limit)
{
    public const string File = "file";
    public const string FromInferences = "from_inferences";

    /// <exception cref="ApiException">A field is missing or malformed (400).</exception>
    public void Check()
    {
        var (given, other) = Type switch
        {
            File => (FileId is null ? "file_id" : null, Filter is not null ? "filter" : Limit is not null ? "limit" : null),
            FromInferences => (null, FileId is not null ? "file_id" : null),
            _ => throw Bad($"Invalid 'source.type': expected '{File}' or '{FromInferences}'.", "type"),
        };
        if (given is not null)
        {
            throw Bad($"Missing required parameter: 'source.{given}'.", given);
        }

        if (other is not null)
        {
            throw Bad($"Invalid 'source.{other}': it does not belong to type '{Type}'.", other);
        }

        if (Limit is < 1 or > VersionRequest.MaxItems)
        {
            throw Bad($"Invalid 'source.limit': expected an integer from 1 to {VersionRequest.MaxItems}.", "limit");
        }
    }

    private static ApiException Bad(string message, string member) => new(ApiErrors.BadRequest(message, $"source.{member}"));
}
