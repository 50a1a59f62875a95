using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Text.Tokens;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>POST embeddings.</summary>
internal static class EmbeddingsEndpoint
{
    // OpenAI's limit.
    private const int MostInputs = 2048;

    // Of cl100k, the vocabulary of OpenAI's embedding models; special tokens, which stand for no text, come after these.
    private const int Vocabulary = 100_256;

    public static async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        var model = body.Model("embedding");
        var dimensions = (int)(body.Whole("dimensions", 1, int.MaxValue) ?? Embedder.DefaultDimensions);
        if (!Embedder.Supports(dimensions))
        {
            throw RequestBody.Bad("Invalid 'dimensions': 256, 512 and 1024 are supported.", "dimensions");
        }

        var format = body.Text("encoding_format") ?? "float";
        if (format is not ("float" or "base64"))
        {
            throw RequestBody.Bad("Invalid 'encoding_format': 'float' and 'base64' are supported.", "encoding_format");
        }

        var inputs = Inputs(body.Required("input"));
        var tokens = ChatTokenEstimator.EstimateInput(body.Bytes);
        return new JsonAnswer(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. inputs.Select((input, i) => new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = i,
                ["embedding"] = Encode(Embedder.Embed(input, dimensions), format),
            })]),
            ["model"] = model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        });
    }

    private static JsonNode Encode(float[] vector, string format) => format == "base64"
        ? JsonValue.Create(Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan())))
        : new JsonArray([.. vector.Select(value => (JsonNode)JsonValue.Create(value))]);

    private static IReadOnlyList<string> Inputs(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
        {
            return [NotEmpty(input.GetString()!)];
        }

        if (input.ValueKind != JsonValueKind.Array || input.GetArrayLength() is 0 or > MostInputs)
        {
            throw RequestBody.Bad($"Invalid 'input': expected a string or an array of 1 to {MostInputs} items.", "input");
        }

        if (input[0].ValueKind == JsonValueKind.Number)
        {
            return [Decode(input)];
        }

        return [.. input.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? NotEmpty(item.GetString()!) : Decode(item))];
    }

    private static string NotEmpty(string text) =>
        text.Length > 0 ? text : throw RequestBody.Bad("Invalid 'input': it cannot be an empty string.", "input");

    private static string Decode(JsonElement tokens) =>
        tokens.ValueKind == JsonValueKind.Array && tokens.GetArrayLength() > 0 && tokens.EnumerateArray().All(IsToken)
            ? TokenCounter.ForModel("text-embedding-3-small").Decode(tokens.EnumerateArray().Select(token => token.GetInt32()))
            : throw RequestBody.Bad($"Invalid 'input': expected strings, or arrays of token ids from 0 to {Vocabulary - 1}.", "input");

    private static bool IsToken(JsonElement token) => token.ValueKind == JsonValueKind.Number && token.TryGetInt32(out var id) && id is >= 0 and < Vocabulary;
}
