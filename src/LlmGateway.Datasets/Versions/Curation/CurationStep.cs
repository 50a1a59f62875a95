using System.Text.Json.Serialization;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>
/// One step of curation as it stands on the wire, <see cref="Step"/> telling which: what it does to a version's drafts while they go
/// through it, in their order.
/// </summary>
internal abstract record CurationStep
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Step { get; init; }

    /// <param name="field">Where it stands in the request, for errors.</param>
    /// <exception cref="ApiException">A parameter is missing or out of range (400).</exception>
    public virtual void Check(string field)
    {
    }

    /// <param name="drafts">What goes in.</param>
    /// <param name="tally">Takes what is left out or changed.</param>
    /// <param name="scope">Where it can look things up.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What comes out.</returns>
    /// <exception cref="ApiException">A parameter names what the project has not (400).</exception>
    public abstract IAsyncEnumerable<ItemDraft> ApplyAsync(
        IAsyncEnumerable<ItemDraft> drafts, StepTally tally, CurationScope scope, CancellationToken cancellationToken);

    protected static ApiException Bad(string message, string field, string member) => new(ApiErrors.BadRequest($"Invalid '{field}.{member}': {message}", $"{field}.{member}"));
}

/// <summary>Where steps look things up.</summary>
/// <param name="Context">The store.</param>
/// <param name="Metrics">The projects' metrics.</param>
/// <param name="Project">The caller's.</param>
internal sealed record CurationScope(DatasetsDbContext Context, FeedbackMetrics Metrics, string Project);
