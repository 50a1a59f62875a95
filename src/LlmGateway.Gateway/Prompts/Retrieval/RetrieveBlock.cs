using System.Text.Json.Nodes;
using LlmGateway.Gateway.Retrieval;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Passages of a vector store: <c>{% retrieve store: "handbook", query: question, max_results: 5, max_tokens: 2000, as: passages %}</c>.</summary>
internal static class RetrieveBlock
{
    public const int MaxResults = 50;

    /// <remarks>
    /// Without <c>query</c> the last message of the user is looked for; <c>strategy: "stuff"</c> takes the whole store. In the store's
    /// place <c>router: "router_…"</c> takes the store where the query belongs, or nothing.
    /// </remarks>
    public static readonly BlockKind Kind = new(
        "retrieve",
        new("store", BlockArgumentType.Text, IsNeeded: true, Max: 256) { Or = "router" },
        new("router", BlockArgumentType.Text, IsNeeded: true, Max: 64) { Or = "store" },
        new("query", BlockArgumentType.Text),
        new("max_results", BlockArgumentType.Integer, Min: 1, Max: MaxResults),
        new("max_tokens", BlockArgumentType.Integer, Min: 1, Max: 1_000_000),
        new("filters", BlockArgumentType.Json),
        new("configuration", BlockArgumentType.Json),
        new("strategy", BlockArgumentType.Text) { Choices = [PassageQuery.Search, PassageQuery.Stuff] });

    /// <summary>What a prompt's member <c>retrieval</c> wants.</summary>
    public static BlockRequest Of(RetrievalBlock block, string query) => BlockRequest.Of(Kind, new JsonObject
    {
        ["store"] = block.VectorStoreId,
        ["query"] = query,
        ["max_results"] = block.MaxNumResults,
        ["max_tokens"] = block.MaxTokens,
        ["filters"] = block.Filters?.DeepClone(),
        ["configuration"] = block.Configuration?.DeepClone(),
        ["strategy"] = block.Strategy,
        [BlockKind.Required.Name] = block.Required ? null : false,
    });
}
