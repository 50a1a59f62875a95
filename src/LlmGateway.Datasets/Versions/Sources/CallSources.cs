using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Opens sources of logged calls.</summary>
internal sealed class CallSources(DatasetsDbContext context, FeedbackMetrics metrics)
{
    /// <summary>The source as a request describes it.</summary>
    /// <exception cref="ApiException">The filter is malformed, or a metric is unknown or of the wrong type (400).</exception>
    public async Task<IItemSource> OpenAsync(string project, VersionSource source, CancellationToken cancellationToken)
    {
        var chosen = await ChooseAsync(project, source, cancellationToken);
        return await OpenAsync(project, source, chosen.IdsAsync, cancellationToken);
    }

    /// <summary>The same of other calls.</summary>
    /// <inheritdoc cref="OpenAsync(string, VersionSource, CancellationToken)"/>
    public async Task<IItemSource> OpenAsync(
        string project, VersionSource source, Func<CancellationToken, IAsyncEnumerable<Guid>> ids, CancellationToken cancellationToken)
    {
        var metric = await FindMetricAsync(project, source.Metric, cancellationToken);
        var limit = source.Limit ?? VersionRequest.MaxItems;
        return source.Output switch
        {
            CallOutput.BestFeedback => new BestSource(context, project, ids, limit, metric!),
            CallOutput.Preference => new PreferenceSource(context, project, ids, limit, metric),
            _ => new InferenceSource(context, project, ids, limit, source.Output),
        };
    }

    /// <summary>The calls that the source is made of: those that pass its filter, and of which there is what its output needs.</summary>
    /// <inheritdoc cref="OpenAsync(string, VersionSource, CancellationToken)"/>
    public async Task<ChosenCalls> ChooseAsync(string project, VersionSource source, CancellationToken cancellationToken)
    {
        var selection = source.Filter ?? InferenceSelection.All;
        var calls = await selection.ApplyAsync(context, metrics, project, cancellationToken);
        var metric = (await FindMetricAsync(project, source.Metric, cancellationToken))?.Name;
        var feedback = context.Feedback.Where(row => row.ProjectId == project);
        // One of an episode stands for no single call.
        var corrections = feedback.Where(row => row.Type == FeedbackType.Demonstration && row.EpisodeId == null);
        calls = source.Output switch
        {
            CallOutput.Demonstration => calls.WithFeedback(corrections, FeedbackLevel.Inference),
            CallOutput.BestFeedback => calls.WithFeedback(feedback.Where(row => row.Metric == metric)),
            CallOutput.Preference when metric is null => calls.WithFeedback(corrections, FeedbackLevel.Inference),
            CallOutput.Preference => calls.WithFeedback(feedback.Where(row => row.Metric == metric || (row.Type == FeedbackType.Demonstration && row.EpisodeId == null))),
            _ => calls,
        };
        return new ChosenCalls(context, project, calls, selection.ReadPairs(), selection.ReadText(), source.Sample);
    }

    private async Task<FeedbackMetric?> FindMetricAsync(string project, string? name, CancellationToken cancellationToken)
    {
        if (name is null)
        {
            return null;
        }

        FeedbackRequest.CheckMetric(name, "source.metric");
        var metric = await metrics.FindAsync(project, name, cancellationToken)
            ?? throw new ApiException(ApiErrors.BadRequest($"Invalid 'source.metric': the project has no metric '{name}'.", "source.metric"));
        return metric.Type is FeedbackType.Boolean or FeedbackType.Float
            ? metric
            : throw new ApiException(ApiErrors.BadRequest($"Invalid 'source.metric': expected a boolean or float metric, and '{name}' is of type {metric.Type}.", "source.metric"));
    }
}
