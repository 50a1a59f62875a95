using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Service;

namespace LlmGateway.Retrieval;

/// <summary>OpenAI's maps of small values: a store's metadata, a file's attributes.</summary>
internal static class Attributes
{
    public const string None = "{}";
    private const int MaxPairs = 16;
    private const int MaxKey = 64;
    private const int MaxText = 512;

    /// <summary>Checks a map and gives it as JSON.</summary>
    /// <param name="map">At most 16 pairs; keys of up to 64 characters; values are texts of up to 512 characters and, where allowed, numbers and booleans.</param>
    /// <param name="param">The field that it came in.</param>
    /// <param name="textsOnly">Whether numbers and booleans are refused.</param>
    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static string ToJson(JsonObject? map, string param, bool textsOnly = false)
    {
        if (map is null)
        {
            return None;
        }

        if (map.Count > MaxPairs)
        {
            throw new ApiException(ApiErrors.BadRequest($"'{param}' may hold at most {MaxPairs} pairs.", param));
        }

        foreach (var (key, value) in map)
        {
            Check(key, value, $"{param}.{key}", textsOnly);
        }

        return map.ToJsonString();
    }

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static void Check(string key, JsonNode? value, string param, bool textsOnly)
    {
        if (key.Length is 0 or > MaxKey)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid key '{key[..Math.Min(key.Length, MaxKey)]}': expected 1 to {MaxKey} characters.", param));
        }

        var isGood = value?.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>().Length <= MaxText,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => !textsOnly,
            _ => false,
        };
        if (!isGood)
        {
            var others = textsOnly ? "" : ", a number or a boolean";
            throw new ApiException(ApiErrors.BadRequest($"Invalid '{param}': expected a text of at most {MaxText} characters{others}.", param));
        }
    }
}
