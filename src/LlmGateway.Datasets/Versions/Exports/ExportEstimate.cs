namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>How many tokens an export has, and what training on it would cost.</summary>
/// <param name="DatasetId">The dataset.</param>
/// <param name="VersionId">The version.</param>
/// <param name="Version">Its number.</param>
/// <param name="Format">The export's.</param>
/// <param name="Model">As asked for.</param>
/// <param name="Items">How many there are.</param>
/// <param name="Tokens">In all, of one epoch.</param>
/// <param name="Splits">The same of each split; items without one are in the whole only.</param>
/// <param name="LongestItem">The item with the most tokens.</param>
/// <param name="ContextTokens">Longest example that the model is trained on; null where it is not known.</param>
/// <param name="ItemsOverContext">Items that are longer; null where that is not known.</param>
/// <param name="Epochs">How often each item is read.</param>
/// <param name="TrainingTokens">Of the split <c>train</c>, or of all items where none is in it, times the epochs.</param>
/// <param name="UsdPerMillionTokens">The price of training; null where it is not known.</param>
/// <param name="EstimatedCostUsd">Training tokens at that price.</param>
internal sealed record ExportEstimate(
    string DatasetId,
    string VersionId,
    int Version,
    string Format,
    string Model,
    int Items,
    long Tokens,
    IReadOnlyDictionary<string, SplitTokens> Splits,
    ItemTokens? LongestItem,
    int? ContextTokens,
    int? ItemsOverContext,
    int Epochs,
    long TrainingTokens,
    decimal? UsdPerMillionTokens,
    decimal? EstimatedCostUsd)
{
    public string Object { get; } = "dataset.export_estimate";

    public static ExportEstimate Of(DatasetVersion version, string format, TrainingTokens counts, TrainingPrice price, int epochs)
    {
        var training = counts.Splits.TryGetValue(SplitRule.TrainName, out var train) ? train.Tokens : counts.Total;
        return new ExportEstimate(
            version.DatasetId,
            version.Id,
            version.Number!.Value,
            format,
            counts.Model,
            counts.Items,
            counts.Total,
            counts.Splits,
            counts.Longest,
            price.ContextTokens,
            price.ContextTokens is { } context ? counts.Over(context) : null,
            epochs,
            training * epochs,
            price.UsdPerMillionTokens,
            price.CostUsd(training * epochs));
    }
}
