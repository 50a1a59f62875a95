using System.Text.Json.Nodes;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Looks passages up in vector stores.</summary>
internal sealed class RetrieveSource(PassageLookup lookup, RetrievalClient client, GatewaySettings settings, TimeProvider time) : IBlockSource
{
    private const int DefaultResults = 5;

    public string Tag => RetrieveBlock.Kind.Tag;

    public async Task<BlockResult> FetchAsync(BlockRequest request, BlockCall call, CancellationToken cancellationToken)
    {
        var (arguments, begun) = (request.Read(), time.GetTimestamp());
        var text = (string?)arguments["query"] ?? call.Input ?? "";
        var query = new PassageQuery
        {
            Stores = await ChooseAsync(arguments, text, call.Caller, cancellationToken),
            Text = text,
            MaxResults = (int?)arguments["max_results"] ?? DefaultResults,
            MaxTokens = (int?)arguments["max_tokens"] ?? settings.Current.Retrieval.MaxContextTokens,
            Filters = arguments["filters"] as JsonObject,
            Configuration = arguments["configuration"] as JsonObject,
            IsStuffed = (string?)arguments["strategy"] == PassageQuery.Stuff,
            Model = call.Model,
            Param = "prompt",
        };
        var context = await lookup.FindAsync(call.Caller, query, cancellationToken) with { Took = time.GetElapsedTime(begun) };
        return new BlockResult(ToValue(context), PassageText.Write(context.Passages), context.Describe(Tag));
    }

    /// <returns>None where a router finds that the query needs no store, or has nothing to go by.</returns>
    private async Task<IReadOnlyList<string>> ChooseAsync(JsonObject arguments, string text, Caller caller, CancellationToken cancellationToken) =>
        (string?)arguments["router"] is not { } router ? [(string)arguments["store"]!]
        : string.IsNullOrWhiteSpace(text) || await client.RouteAsync(caller, router, text, "prompt", cancellationToken) is not { } store ? []
        : [store];

    private static JsonArray ToValue(RetrievedContext context) => new([.. context.Passages.Select((passage, index) => new JsonObject
    {
        ["number"] = index + 1,
        ["text"] = passage.Text,
        ["file_id"] = passage.FileId,
        ["filename"] = passage.Filename,
        ["attributes"] = passage.Attributes?.DeepClone(),
        ["score"] = passage.Score,
        ["start"] = passage.Start,
        ["end"] = passage.End,
    })]);
}
