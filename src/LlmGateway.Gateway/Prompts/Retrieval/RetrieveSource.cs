using System.Text.Json.Nodes;
using LlmGateway.Gateway.Retrieval;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Looks passages up in vector stores.</summary>
internal sealed class RetrieveSource(PassageLookup lookup, GatewaySettings settings) : IBlockSource
{
    private const int DefaultResults = 5;

    public string Tag => RetrieveBlock.Kind.Tag;

    public async Task<BlockResult> FetchAsync(BlockRequest request, BlockCall call, CancellationToken cancellationToken)
    {
        var arguments = request.Read();
        var query = new PassageQuery
        {
            Stores = [(string)arguments["store"]!],
            Text = (string?)arguments["query"] ?? call.Input ?? "",
            MaxResults = (int?)arguments["max_results"] ?? DefaultResults,
            MaxTokens = (int?)arguments["max_tokens"] ?? settings.Current.Retrieval.MaxContextTokens,
            Filters = arguments["filters"] as JsonObject,
            Configuration = arguments["configuration"] as JsonObject,
            IsStuffed = (string?)arguments["strategy"] == PassageQuery.Stuff,
            Model = call.Model,
            Param = "prompt",
        };
        var context = await lookup.FindAsync(call.Caller, query, cancellationToken);
        return new BlockResult(ToValue(context), PassageText.Write(context.Passages), context.Describe(Tag));
    }

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
