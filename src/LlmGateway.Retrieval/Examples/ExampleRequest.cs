using System.Text.Json.Serialization;
using LlmGateway.Service;
using LlmGateway.Text.Search;

namespace LlmGateway.Retrieval.Examples;

/// <param name="Dataset">A dataset's id; <c>id@version</c> for another version than the latest.</param>
/// <param name="Split">Only this part of it.</param>
/// <param name="Query">What the examples should be like.</param>
/// <param name="K">How many, 1 to 100; the default is 5.</param>
/// <param name="Diversity">How much unlikeness to one another counts against likeness to the query, 0 to 1; the default is 0.3.</param>
/// <param name="Balanced">As many of each output as there can be; the default is false.</param>
/// <param name="Exclude">Ids of items that are not chosen, nor what nearly repeats them; at most 1,000.</param>
/// <param name="ExcludeTexts">Texts that no example may say, nor nearly; the query is one anyway. At most 16.</param>
/// <param name="Mode"><c>lexical</c> by BM25, the default, or <c>hybrid</c>, which ranks the best of these anew by words and meaning together.</param>
/// <param name="Model">The model that embeds for <c>hybrid</c>; the configured one by default.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExampleRequest(
    string? Dataset, string? Split, string? Query, int? K, double? Diversity, bool? Balanced, IReadOnlyList<string>? Exclude, IReadOnlyList<string>? ExcludeTexts, string? Mode, string? Model)
{
    public const string Lexical = "lexical";
    public const string Hybrid = "hybrid";
    private const int DefaultK = 5;
    private const int MaxK = 100;
    private const int MaxQuery = 32 << 10;
    private const int MaxExcluded = 1000;
    private const int MaxExcludedTexts = 16;
    private const double DefaultDiversity = 0.3;

    public ExampleOptions Options => new(K ?? DefaultK, Diversity ?? DefaultDiversity, Balanced ?? false, SkipsNearDuplicates: true);

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public DatasetReference Check()
    {
        RequestField.Require(!string.IsNullOrWhiteSpace(Query) && Query.Length <= MaxQuery, "query", $"expected a text of 1 to {MaxQuery:N0} characters");
        RequestField.Require(K is null or >= 1 and <= MaxK, "k", $"expected 1 to {MaxK}");
        RequestField.Require(Diversity is null or >= 0 and <= 1, "diversity", "expected 0 to 1");
        RequestField.Require(Mode is null or Lexical or Hybrid, "mode", $"expected {Lexical} or {Hybrid}");
        RequestField.Require(Exclude is null or { Count: <= MaxExcluded }, "exclude", $"expected at most {MaxExcluded:N0} ids of items");
        RequestField.Require(
            ExcludeTexts is null || (ExcludeTexts.Count <= MaxExcludedTexts && ExcludeTexts.All(text => text is { Length: <= MaxQuery })),
            "exclude_texts", $"expected at most {MaxExcludedTexts} texts of at most {MaxQuery:N0} characters");
        RequestField.Require(Model is null or { Length: > 0 and <= 256 }, "model", "expected a model's name");
        return DatasetReference.Parse(Dataset, Split);
    }
}
