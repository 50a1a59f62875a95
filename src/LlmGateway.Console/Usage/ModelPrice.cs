namespace LlmGateway.Console.Usage;

/// <summary>What a model costs now.</summary>
/// <param name="Model"><c>provider/model</c>.</param>
/// <param name="Source"><c>configuration</c>, or <c>list</c> for the list that is shipped.</param>
/// <param name="Rates">In USD for a million tokens.</param>
/// <param name="ContextTokens">Tokens of its window.</param>
public sealed record ModelPrice(string Model, string? Source, ModelRates? Rates, long? ContextTokens);

/// <summary>What is null is unknown, or that of the kind it is part of.</summary>
public sealed record ModelRates(
    string? From, string? Until, double? InputUsdPerMillion, double? CachedInputUsdPerMillion, double? OutputUsdPerMillion, double? BatchInputUsdPerMillion, double? BatchOutputUsdPerMillion);
