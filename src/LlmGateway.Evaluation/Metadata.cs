using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation;

/// <summary>OpenAI's metadata: up to 16 texts by name.</summary>
internal static class Metadata
{
    private const int MaxPairs = 16;
    private const int MaxNameLength = 64;
    private const int MaxTextLength = 512;

    /// <summary>The field's JSON, or null if it is absent.</summary>
    /// <exception cref="ApiException">It breaks OpenAI's limits (400).</exception>
    public static string? Read(JsonFields fields, string name = "metadata")
    {
        if (fields.FindObject(name) is not { } metadata)
        {
            return null;
        }

        var count = 0;
        foreach (var pair in metadata.Element.EnumerateObject())
        {
            if (++count > MaxPairs)
            {
                throw JsonFields.Invalid($"'{metadata.Path}' may have at most {MaxPairs} entries.", metadata.Path);
            }

            if (pair.Name.Length > MaxNameLength)
            {
                throw JsonFields.Invalid($"The names in '{metadata.Path}' may have at most {MaxNameLength} characters.", metadata.Path);
            }

            JsonFields.AsText(pair.Value, metadata.At(pair.Name), MaxTextLength);
        }

        return JsonText.Compact(metadata.Element);
    }

    /// <summary>As it is shown: an object, or null.</summary>
    public static JsonElement Show(string? metadata) => JsonText.Parse(metadata ?? "null");
}
