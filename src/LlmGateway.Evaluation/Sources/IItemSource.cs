using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>Where a run's items come from.</summary>
internal interface IItemSource
{
    /// <summary>The file or dataset; null for items that came with the request.</summary>
    string? Id { get; }

    /// <summary>Whether items have the messages for a model in <c>input</c>, so that nothing need be said of them.</summary>
    bool HasMessages { get; }

    /// <summary>Whether items are logged calls: what was answered is their recorded sample, so that no model need be named.</summary>
    bool AreCalls { get; }

    /// <summary>Makes sure that the source is there, before the run is made.</summary>
    /// <returns>The version that the run is pinned to, where the source has versions.</returns>
    /// <exception cref="ApiException">It is not (404), or cannot be asked (503).</exception>
    Task<string?> CheckAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken);

    /// <exception cref="SourceException">A line is not an item, with its number.</exception>
    IAsyncEnumerable<SourcedItem> ReadAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken);
}

/// <summary>The data is not what a run needs, and never will be: the run fails.</summary>
internal sealed class SourceException(string message) : Exception(message);
