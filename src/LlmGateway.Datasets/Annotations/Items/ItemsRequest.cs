using System.Text.Json.Serialization;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>The body of <c>POST /v1/annotation_queues/{id}/items</c>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ItemsRequest(AnnotationSource? Source)
{
    /// <summary>8 MB.</summary>
    public const int MaxBodyBytes = 8 << 20;
}

/// <summary>Where a queue's items come from.</summary>
/// <param name="Type">inferences, filter, eval_run or inline.</param>
/// <param name="Ids">Ids of logged calls, or of their answers; for <c>inferences</c>.</param>
/// <param name="Filter">Which calls, as for versions of a dataset; for <c>filter</c>, where null means all. In a pairwise queue those that asked the same make pairs.</param>
/// <param name="Limit">Most calls or pairs, the oldest first, 1,000 by default; for <c>filter</c>.</param>
/// <param name="EvalId">For <c>eval_run</c>.</param>
/// <param name="RunId">For <c>eval_run</c>.</param>
/// <param name="Status">fail, the default, pass, error or abstained; for <c>eval_run</c>.</param>
/// <param name="Items">For <c>inline</c>.</param>
/// <param name="Sample">A part of the calls; for <c>filter</c>, where null means the oldest.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AnnotationSource(
    string? Type, IReadOnlyList<string>? Ids, InferenceSelection? Filter, int? Limit, string? EvalId, string? RunId, string? Status, IReadOnlyList<InlineItem>? Items,
    CallSample? Sample = null)
{
    public const string Inferences = "inferences";
    public const string FilterType = "filter";
    public const string EvalRun = "eval_run";
    public const string Inline = "inline";
    public const int DefaultLimit = 1000;

    /// <summary>Most items that are named one by one in a request.</summary>
    private const int MaxNamed = 1000;

    private static readonly string[] Required = ["ids", "eval_id", "run_id", "items"];
    private static readonly string[] Statuses = ["fail", "pass", "error", "abstained"];

    /// <exception cref="ApiException">A field is missing, malformed or of another type (400).</exception>
    public void Check()
    {
        string[] known = Type switch
        {
            Inferences => ["ids"],
            FilterType => ["filter", "limit", "sample"],
            EvalRun => ["eval_id", "run_id", "status"],
            Inline => ["items"],
            _ => throw Bad($"Invalid 'source.type': expected {Inferences}, {FilterType}, {EvalRun} or {Inline}.", "type"),
        };
        foreach (var (name, given) in new (string, object?)[]
        {
            ("ids", Ids), ("filter", Filter), ("limit", Limit), ("eval_id", EvalId), ("run_id", RunId), ("status", Status), ("items", Items), ("sample", Sample),
        })
        {
            if (given is not null && !known.Contains(name))
            {
                throw Bad($"Invalid 'source.{name}': it does not belong to type '{Type}'.", name);
            }

            if (given is null && known.Contains(name) && Required.Contains(name))
            {
                throw Bad($"Missing required parameter: 'source.{name}'.", name);
            }
        }

        CheckBounds();
    }

    private void CheckBounds()
    {
        if (Ids is { Count: 0 or > MaxNamed } || Ids?.Any(string.IsNullOrEmpty) == true)
        {
            throw Bad($"Invalid 'source.ids': expected 1 to {MaxNamed} ids.", "ids");
        }

        if (Items is { Count: 0 or > MaxNamed })
        {
            throw Bad($"Invalid 'source.items': expected 1 to {MaxNamed} items.", "items");
        }

        if (Limit is < 1 or > ItemIntake.MaxItems)
        {
            throw Bad($"Invalid 'source.limit': expected an integer from 1 to {ItemIntake.MaxItems}.", "limit");
        }

        Sample?.Check("source.sample");
        if (Status is not null && !Statuses.Contains(Status))
        {
            throw Bad($"Invalid 'source.status': expected one of {string.Join(", ", Statuses)}.", "status");
        }
    }

    private static ApiException Bad(string message, string member) => new(ApiErrors.BadRequest(message, $"source.{member}"));
}
