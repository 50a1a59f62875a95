using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.TestKit.Upstream;

/// <summary>Vectors that depend on nothing but the input: equal inputs have equal vectors.</summary>
internal static class UpstreamEmbeddings
{
    private const int DefaultDimensions = 8;

    public static JsonObject Answer(UpstreamCall call)
    {
        var dimensions = call.Body.TryGetProperty("dimensions", out var asked) ? asked.GetInt32() : DefaultDimensions;
        var base64 = call.Body.TryGetProperty("encoding_format", out var format) && format.ValueEquals("base64");
        var answer = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. Inputs(call.Body).Select((input, index) => new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = index,
                ["embedding"] = Encode(call.Script.Embed?.Invoke(JsonElement.Parse(input).GetString()!) ?? Vector(input, dimensions), base64),
            })]),
            ["model"] = call.Model,
        };
        if (call.UsageInPlain)
        {
            answer["usage"] = new JsonObject
            {
                ["prompt_tokens"] = call.Script.InputTokens,
                ["total_tokens"] = call.Script.InputTokens,
            };
        }
        return answer;
    }

    private static IEnumerable<string> Inputs(JsonElement body)
    {
        if (!body.TryGetProperty("input", out var input))
        {
            return [];
        }

        var isList = input.ValueKind == JsonValueKind.Array
            && input.EnumerateArray().FirstOrDefault().ValueKind is JsonValueKind.String or JsonValueKind.Array;
        return isList ? input.EnumerateArray().Select(one => one.GetRawText()) : [input.GetRawText()];
    }

    private static float[] Vector(string input, int dimensions)
    {
        var seed = input.Aggregate(17, (hash, character) => unchecked((hash * 31) + character));
        var random = new Random(seed);
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = (random.NextSingle() * 2) - 1;
        }

        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / length)];
    }

    private static JsonNode Encode(float[] vector, bool base64)
    {
        if (!base64)
        {
            return new JsonArray([.. vector.Select(value => JsonValue.Create(value))]);
        }

        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return JsonValue.Create(Convert.ToBase64String(bytes));
    }
}
