using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Completions;

/// <summary>A chat choice's token probabilities in the form of a completion's: lists beside each other.</summary>
internal static class CompletionLogprobs
{
    /// <param name="json">Where the value goes.</param>
    /// <param name="choice">The chat's choice.</param>
    /// <param name="offset">Where its text begins in all that was told.</param>
    public static void Write(Utf8JsonWriter json, JsonElement choice, int offset)
    {
        if (choice.Object("logprobs") is not { } logprobs || logprobs.Member("content") is not { ValueKind: JsonValueKind.Array })
        {
            json.WriteNullValue();
            return;
        }

        var tokens = logprobs.Objects("content").ToList();
        json.WriteStartObject();
        json.WriteStartArray("tokens");
        tokens.ForEach(token => json.WriteStringValue(token.Text("token")));
        json.WriteEndArray();
        json.WriteStartArray("token_logprobs");
        tokens.ForEach(token => json.WriteNumberValue(token.Number("logprob") ?? 0));
        json.WriteEndArray();
        json.WriteStartArray("top_logprobs");
        tokens.ForEach(token => WriteTop(json, token));
        json.WriteEndArray();
        json.WriteStartArray("text_offset");
        foreach (var token in tokens)
        {
            json.WriteNumberValue(offset);
            offset += token.Text("token")?.Length ?? 0;
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTop(Utf8JsonWriter json, JsonElement token)
    {
        json.WriteStartObject();
        foreach (var other in token.Objects("top_logprobs").DistinctBy(other => other.Text("token")))
        {
            json.WriteNumber(other.Text("token") ?? "", other.Number("logprob") ?? 0);
        }

        json.WriteEndObject();
    }
}
