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
/// <param name="Type"><c>file</c>, <c>from_inferences</c> or <c>annotations</c>.</param>
/// <param name="FileId">A JSONL file; for <c>file</c>.</param>
/// <param name="Filter">Which calls; for <c>from_inferences</c>, where null means all.</param>
/// <param name="Limit">Most items, the oldest calls first; for <c>from_inferences</c>.</param>
/// <param name="QueueId">The annotation queue whose labels become references; for <c>annotations</c>.</param>
/// <param name="Append">
/// Begins with the items of the dataset's latest version: <c>keep</c> leaves those as they are whose id comes again, <c>replace</c>
/// puts the source's in their stead. Null begins anew.
/// </param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VersionSource(
    string? Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FileId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] InferenceSelection? Filter,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Limit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? QueueId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Append = null)
{
    public const string File = "file";
    public const string FromInferences = "from_inferences";
    public const string Annotations = "annotations";
    public const string Keep = "keep";
    public const string Replace = "replace";

    /// <summary>A queue's labels, which take the place of what the dataset said before.</summary>
    public static VersionSource OfQueue(string id) => new(Annotations, null, null, null, id, Replace);

    /// <exception cref="ApiException">A field is missing or malformed (400).</exception>
    public void Check()
    {
        var (required, known) = Type switch
        {
            File => ("file_id", (string[])["file_id"]),
            FromInferences => ((string?)null, ["filter", "limit"]),
            Annotations => ("queue_id", ["queue_id"]),
            _ => throw Bad($"Invalid 'source.type': expected '{File}', '{FromInferences}' or '{Annotations}'.", "type"),
        };
        foreach (var (name, value) in new (string, object?)[] { ("file_id", FileId), ("filter", Filter), ("limit", Limit), ("queue_id", QueueId) })
        {
            if (value is null && name == required)
            {
                throw Bad($"Missing required parameter: 'source.{name}'.", name);
            }

            if (value is not null && !known.Contains(name))
            {
                throw Bad($"Invalid 'source.{name}': it does not belong to type '{Type}'.", name);
            }
        }

        if (Append is not (null or Keep or Replace))
        {
            throw Bad($"Invalid 'source.append': expected '{Keep}' or '{Replace}'.", "append");
        }

        if (Limit is < 1 or > VersionRequest.MaxItems)
        {
            throw Bad($"Invalid 'source.limit': expected an integer from 1 to {VersionRequest.MaxItems}.", "limit");
        }
    }

    private static ApiException Bad(string message, string member) => new(ApiErrors.BadRequest(message, $"source.{member}"));
}
