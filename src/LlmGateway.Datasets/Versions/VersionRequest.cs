using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Versions.Curation;
using LlmGateway.Datasets.Versions.Imports;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions;

/// <summary>The body of <c>POST /v1/datasets/{id}/versions</c>.</summary>
/// <param name="Source">Where the items come from.</param>
/// <param name="Split">How they are divided; null leaves them as their source has them.</param>
/// <param name="Dedupe"><c>input</c> keeps the first of items whose inputs differ only in case and white space, as a last step of curation; null keeps all.</param>
/// <param name="Curation">At most 20 steps in their order, see <see cref="CurationSteps"/>; null for none.</param>
/// <param name="DryRun">Whether nothing is made and only told what would be.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VersionRequest(
    VersionSource? Source,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SplitRule? Split,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Dedupe,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<JsonElement>? Curation = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool DryRun = false)
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

        Steps();
        (Source ?? throw new ApiException(ApiErrors.BadRequest("Missing required parameter: 'source'.", "source"))).Check();
    }

    /// <summary>The steps that the drafts go through.</summary>
    /// <exception cref="ApiException">One is malformed (400).</exception>
    public IReadOnlyList<CurationStep> Steps() =>
        [.. CurationSteps.Read(Curation), .. Dedupe is null ? (CurationStep[])[] : [new ExactDuplicates { Step = CurationSteps.Dedupe }]];
}

/// <summary>Where the items of a version come from.</summary>
/// <param name="Type"><c>file</c>, <c>from_inferences</c>, <c>annotations</c> or <c>dropped</c>.</param>
/// <param name="FileId">A file of JSONL or CSV; for <c>file</c>.</param>
/// <param name="Filter">Which calls; for <c>from_inferences</c>, where null means all.</param>
/// <param name="Limit">Most items, the oldest calls first; for <c>from_inferences</c>.</param>
/// <param name="QueueId">The annotation queue whose labels become references; for <c>annotations</c>.</param>
/// <param name="Append">
/// Begins with the items of the dataset's latest version: <c>keep</c> leaves those as they are whose id comes again, <c>replace</c>
/// puts the source's in their stead. Null begins anew.
/// </param>
/// <param name="Format">
/// <c>openai</c>, <c>openai_preference</c>, <c>openai_reinforcement</c> or <c>csv</c>; null for lines with <c>messages</c>, or with
/// <c>input</c> and <c>reference</c>. For <c>file</c>.
/// </param>
/// <param name="Columns">What becomes of a CSV file's columns; for <c>csv</c>.</param>
/// <param name="Delimiter">Between a CSV file's fields: a comma, which is the default, a semicolon or a tab.</param>
/// <param name="OnError">
/// <c>refuse</c>, the default, makes nothing of a source with a line that cannot be used or an item that the dataset's schemas refuse;
/// <c>skip</c> passes over them, and the version's report tells which.
/// </param>
/// <param name="Output">What of a call becomes the reference, see <see cref="CallOutput"/>; for <c>from_inferences</c>.</param>
/// <param name="Metric">The boolean or float metric that tells better from worse; for the outputs <c>best_feedback</c> and <c>preference</c>.</param>
/// <param name="Sample">A part of the calls; for <c>from_inferences</c>, where null means all.</param>
/// <param name="Version">The version of this dataset whose drops come back; for <c>dropped</c>.</param>
/// <param name="Reasons">For which reasons they were left out; null for all; for <c>dropped</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VersionSource(
    string? Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? FileId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] InferenceSelection? Filter,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Limit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? QueueId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Append = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Format = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CsvColumns? Columns = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Delimiter = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? OnError = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Output = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Metric = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CallSample? Sample = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Version = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Reasons = null)
{
    private const int MaxReasons = 20;

    public const string File = "file";
    public const string FromInferences = "from_inferences";
    public const string Annotations = "annotations";
    public const string Dropped = "dropped";
    public const string Keep = "keep";
    public const string Replace = "replace";

    /// <summary>A queue's labels, which take the place of what the dataset said before.</summary>
    public static VersionSource OfQueue(string id) => new(Annotations, null, null, null, id, Replace);

    /// <exception cref="ApiException">A field is missing or malformed (400).</exception>
    public void Check()
    {
        var (required, known) = Type switch
        {
            File => ("file_id", (string[])["file_id", "format", "columns", "delimiter"]),
            FromInferences => ((string?)null, ["filter", "limit", "output", "metric", "sample"]),
            Annotations => ("queue_id", ["queue_id"]),
            Dropped => ("version", ["version", "reasons"]),
            _ => throw Bad($"Invalid 'source.type': expected '{File}', '{FromInferences}', '{Annotations}' or '{Dropped}'.", "type"),
        };
        foreach (var (name, value) in new (string, object?)[]
        {
            ("file_id", FileId), ("filter", Filter), ("limit", Limit), ("queue_id", QueueId), ("format", Format), ("columns", Columns), ("delimiter", Delimiter),
            ("output", Output), ("metric", Metric), ("sample", Sample), ("version", Version), ("reasons", Reasons),
        })
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

        if (Reasons is { Count: 0 or > MaxReasons } || Reasons?.Any(string.IsNullOrEmpty) == true)
        {
            throw Bad($"Invalid 'source.reasons': expected 1 to {MaxReasons} reasons.", "reasons");
        }

        if (Append is not (null or Keep or Replace))
        {
            throw Bad($"Invalid 'source.append': expected '{Keep}' or '{Replace}'.", "append");
        }

        CheckFile();
        if (OnError is not (null or FileImport.Refuse or FileImport.Skip))
        {
            throw Bad($"Invalid 'source.on_error': expected '{FileImport.Refuse}' or '{FileImport.Skip}'.", "on_error");
        }

        CallOutput.Check(Output, Metric);
        Sample?.Check("source.sample");
        if (Limit is < 1 or > VersionRequest.MaxItems)
        {
            throw Bad($"Invalid 'source.limit': expected an integer from 1 to {VersionRequest.MaxItems}.", "limit");
        }
    }

    private void CheckFile()
    {
        if (Format is not null && !FileImport.Formats.Contains(Format))
        {
            throw Bad($"Invalid 'source.format': expected one of {string.Join(", ", FileImport.Formats)}.", "format");
        }

        if (Format != FileImport.Csv)
        {
            var given = Columns is not null ? "columns" : Delimiter is not null ? "delimiter" : null;
            if (given is not null)
            {
                throw Bad($"Invalid 'source.{given}': it belongs to the format '{FileImport.Csv}'.", given);
            }

            return;
        }

        (Columns ?? throw Bad("Missing required parameter: 'source.columns'.", "columns")).Check();
        if (Delimiter is not null && !CsvColumns.Delimiters.Contains(Delimiter))
        {
            throw Bad("Invalid 'source.delimiter': expected a comma, a semicolon or a tab.", "delimiter");
        }
    }

    private static ApiException Bad(string message, string member) => new(ApiErrors.BadRequest(message, $"source.{member}"));
}
