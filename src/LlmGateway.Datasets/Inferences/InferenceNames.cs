using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Inferences;

/// <summary>Enum values as they stand on the wire.</summary>
internal static class InferenceNames
{
    public const string ChatCompletions = "chat.completions";
    public const string Responses = "responses";

    public static string Of(InferenceOutcome outcome) => outcome.ToString().ToLowerInvariant();

    public static string Of(CacheResult cache) => cache.ToString().ToLowerInvariant();

    /// <summary>The outcome that a name stands for, or null.</summary>
    public static InferenceOutcome? ParseOutcome(string name) =>
        Enum.GetValues<InferenceOutcome>().Cast<InferenceOutcome?>().FirstOrDefault(outcome => Of(outcome!.Value) == name);
}

/// <summary>Nano-dollars in the store, decimal dollars on the wire.</summary>
internal static class Money
{
    private const decimal NanosPerUsd = 1_000_000_000m;

    public static decimal? ToUsd(long? nanos) => nanos / NanosPerUsd;
}
