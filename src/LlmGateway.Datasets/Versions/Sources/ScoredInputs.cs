using LlmGateway.Datasets.Feedback;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Of calls that asked the same, the one of which a metric says the best and the one of which it says the worst.</summary>
/// <param name="metric">A boolean or float metric; the better end is its <c>optimize</c>.</param>
internal sealed class ScoredInputs(FeedbackMetric metric) : IDisposable
{
    private readonly ItemHash _hash = new();
    private readonly Dictionary<UInt128, Extremes> _inputs = [];

    /// <summary>The best of each input, the oldest where several are as good.</summary>
    public IReadOnlyList<Guid> Best => [.. _inputs.Values.Select(input => input.Best).Order()];

    /// <summary>The best and the worst of each input where they differ.</summary>
    public IReadOnlyList<(Guid Best, Guid Worst)> Pairs => [.. _inputs.Values.Where(input => input.Low < input.High).Select(input => (input.Best, input.Worst)).Order()];

    /// <exception cref="ApiException">There are too many inputs (400).</exception>
    public void Add(ItemDraft item, double score)
    {
        var (key, id) = (_hash.OfNormalisedInput(item.Input), item.InferenceId!.Value);
        var better = metric.Optimize == FeedbackMetrics.Min ? -score : score;
        if (!_inputs.TryGetValue(key, out var known))
        {
            _inputs[key] = _inputs.Count < VersionRequest.MaxItems
                ? new Extremes(id, better, id, better)
                : throw new ApiException(ApiErrors.BadRequest($"More than {VersionRequest.MaxItems} inputs have the metric: name fewer calls by the filter.", "source.filter", "too_many_items"));
            return;
        }

        known = better > known.High ? known with { Best = id, High = better } : known;
        _inputs[key] = better < known.Low ? known with { Worst = id, Low = better } : known;
    }

    public void Dispose() => _hash.Dispose();

    private readonly record struct Extremes(Guid Best, double High, Guid Worst, double Low);
}
