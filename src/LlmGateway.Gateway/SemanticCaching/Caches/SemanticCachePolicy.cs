using LlmGateway.Gateway.Settings;

namespace LlmGateway.Gateway.SemanticCaching.Caches;

/// <summary>What a semantic cache is for and how it goes about it, as it stands on the wire and in the row.</summary>
internal sealed record SemanticCachePolicy
{
    /// <summary>For people; 1 to 64 characters.</summary>
    public required string Name { get; init; }

    public required CallScope AppliesTo { get; init; }

    /// <summary>The model that embeds questions; fixed for the cache's life, because vectors of two models cannot be compared.</summary>
    public required string EmbeddingModel { get; init; }

    /// <summary>Least cosine similarity of a hit until judged pairs say better, from 0 to 1; the default is 0.95.</summary>
    public double Threshold { get; init; } = 0.95;

    /// <summary>
    /// How far tuning may lower the threshold, from 0 to <see cref="Threshold"/>, which is the default. Questions between the two
    /// that are no hits are judged too, so that there is something to learn from.
    /// </summary>
    public double? MinThreshold { get; init; }

    /// <summary>Share of hits that must be right, from 0.5 to 0.999; the default is 0.95.</summary>
    public double TargetPrecision { get; init; } = 0.95;

    /// <summary>How long an answer is served, in seconds, from 1 to a year; the default is one day.</summary>
    public long TtlSeconds { get; init; } = 86_400;

    /// <summary>Conversations with more messages of the user are left out; 1 to 50, the default is 4.</summary>
    public int MaxTurns { get; init; } = 4;

    /// <summary>
    /// How many of the user's last messages, with what lies between them, are compared by meaning; what stands before must be
    /// equal word for word. From 1 to <see cref="MaxTurns"/>; the default is 1.
    /// </summary>
    public int EmbeddedTurns { get; init; } = 1;

    /// <summary>Requests with a higher temperature want variety and are left out; an absent temperature is 1. From 0 to 2; the default is 1.</summary>
    public double MaxTemperature { get; init; } = 1;

    public SemanticCacheJudge Judge { get; init; } = new(SemanticCacheJudge.Exact, null, null, null);

    /// <summary>
    /// How much less similar the nearest question with another answer must be than the nearest one, for the exact judge: where two
    /// answers compete, neither is given. From 0, the default, which asks for nothing, to 1. On 77 intents of a bank 0.15 brought the
    /// precision of 0.95 at more than half of the questions, which no threshold alone did.
    /// </summary>
    public double Margin { get; init; }

    /// <summary>Share of hits, and of near misses, that are judged in the background; 0 to 1, the default is 0.05.</summary>
    public double SampleShare { get; init; } = 0.05;

    /// <summary>Judgements a day (UTC) at most; 0 to 100,000, the default is 1,000.</summary>
    public int MaxChecksPerDay { get; init; } = 1000;

    /// <summary>What judgements may cost a day (UTC), as far as prices are known; the default is 1 USD.</summary>
    public decimal MaxCheckUsdPerDay { get; init; } = 1;

    /// <summary>Answers kept at most, least recently used dropped first; 1 to 1,000,000, the default is 10,000.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>The similarity down to which candidates are of interest.</summary>
    public double Floor => MinThreshold ?? Threshold;
}

/// <summary>Who says whether two answers are the same.</summary>
/// <param name="Type"><see cref="Exact"/> or <see cref="Model"/>.</param>
/// <param name="Field">For exact: the member to compare where both answers are JSON objects, such as <c>label</c>; null compares the texts.</param>
/// <param name="ModelName">For model: the model that judges.</param>
/// <param name="Prompt">For model: the instruction, in place of the default one; it must ask for YES or NO.</param>
internal sealed record SemanticCacheJudge(
    string Type, string? Field, [property: System.Text.Json.Serialization.JsonPropertyName("model")] string? ModelName, string? Prompt)
{
    /// <summary>Equal texts, apart from case, white space and punctuation at the ends: for closed sets of answers.</summary>
    public const string Exact = "exact";

    /// <summary>A model is asked.</summary>
    public const string Model = "model";
}
