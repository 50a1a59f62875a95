using System.Text.Json;
using LlmGateway.Datasets.Versions.Imports;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>A call of a tool whose arguments, which OpenAI has as text, are JSON.</summary>
internal static class CalledFunction
{
    /// <summary><c>{"name", "arguments"}</c>, where the arguments are what their text says; they stay text where that is no JSON.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="function">Of a call that <see cref="ChatRules"/> let pass.</param>
    public static void Write(Utf8JsonWriter writer, JsonElement function)
    {
        writer.WriteStartObject();
        writer.WriteValue("name", function.Find("name"));
        writer.WriteValue("arguments", ReadArguments(function.GetProperty("arguments")));
        writer.WriteEndObject();
    }

    private static JsonElement ReadArguments(JsonElement text)
    {
        try
        {
            return JsonElement.Parse(text.GetString()!);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
