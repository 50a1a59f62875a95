namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>Section <c>Datasets</c>: what estimates of training go by.</summary>
public sealed class TrainingOptions
{
    public const string Section = "Datasets";

    /// <summary>The highest price, in USD for 1,000,000 tokens.</summary>
    internal const decimal MaxPrice = 100_000;

    /// <summary>
    /// USD for 1,000,000 tokens of training by the model's name, 0 to 100,000. Empty by default: then OpenAI's list prices count,
    /// and models without one have no estimate.
    /// </summary>
    public Dictionary<string, decimal> TrainingPrices { get; init; } = new(StringComparer.Ordinal);
}
