using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Retrieval;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Has examples chosen by the retrieval service.</summary>
internal sealed class ExamplesSource(RetrievalClient client, TimeProvider time) : IBlockSource
{
    /// <summary>What the service takes; the end of a long message is kept, where the question stands more often.</summary>
    private const int MaxQueryLength = 32 << 10;

    public string Tag => ExamplesBlock.Kind.Tag;

    public async Task<BlockResult> FetchAsync(BlockRequest request, BlockCall call, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var body = request.Read();
        body.Remove(BlockKind.Required.Name);
        var query = (string?)body["query"] is { Length: > 0 } given ? given : call.Input ?? "";
        if (string.IsNullOrWhiteSpace(query))
        {
            return BlockResult.None with { Report = new InferenceRetrieval { Kind = Tag } };
        }

        body["query"] = RetrievalClient.EndOf(query, MaxQueryLength);
        if (call.Input is { Length: > 0 and <= MaxQueryLength } input)
        {
            // What is asked is not answered by an example.
            body["exclude_texts"] = new JsonArray(input);
        }

        var answer = await client.PostAsync(call.Caller, "/v1/retrieval/examples", body, "prompt", cancellationToken);
        JsonArray examples = [.. answer["data"]!.AsArray().Reverse().Select(ToValue)];
        var text = string.Join("\n\n", ExamplesBlock.Read(examples).Select(example => $"Input: {example.Input}\nOutput: {example.Output}"));
        return new BlockResult(examples, text, new InferenceRetrieval { Kind = Tag, Query = query, DurationMicros = (long)time.GetElapsedTime(begun).TotalMicroseconds });
    }

    private static JsonObject ToValue(JsonNode? example) => new()
    {
        ["id"] = example!["id"]!.DeepClone(),
        ["input"] = example["input"]!.DeepClone(),
        ["output"] = example["output"]!.DeepClone(),
    };
}
