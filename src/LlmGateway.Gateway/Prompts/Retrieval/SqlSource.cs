using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Retrieval;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Asks structured sources by the retrieval service, which checks and bounds the query.</summary>
internal sealed class SqlSource(RetrievalClient client, TimeProvider time) : IBlockSource
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Tag => SqlBlock.Kind.Tag;

    public async Task<BlockResult> FetchAsync(BlockRequest request, BlockCall call, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var arguments = request.Read();
        var query = (string)arguments["query"]!;
        var body = new JsonObject
        {
            ["arguments"] = new JsonObject { ["query"] = query, [BlockKind.Parameters] = arguments[BlockKind.Parameters]?.DeepClone() ?? new JsonObject() },
        };
        var path = $"/v1/retrieval/sources/{Uri.EscapeDataString((string)arguments["source"]!)}/query";
        var answer = await client.PostAsync(call.Caller, path, body, "prompt", cancellationToken);
        var rows = answer["rows"]!.AsArray();
        var text = string.Join('\n', rows.Select(row => row!.ToJsonString(Relaxed)));
        return new BlockResult(
            rows.DeepClone(), text, new InferenceRetrieval { Kind = Tag, Query = query, DurationMicros = (long)time.GetElapsedTime(begun).TotalMicroseconds });
    }
}
