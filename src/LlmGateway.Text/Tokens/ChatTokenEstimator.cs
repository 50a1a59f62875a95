using System.Text.Json;

namespace LlmGateway.Text.Tokens;

/// <summary>
/// Estimates a request's input tokens where the upstream reported no usage.
/// Overheads are those of OpenAI's cookbook ("How to count tokens with tiktoken"): 3 per message, 1 per name, 3 to prime the answer.
/// </summary>
public static class ChatTokenEstimator
{
    private const int PerMessage = 3;
    private const int PerName = 1;
    private const int Priming = 3;

    // An image of low detail costs 85 tokens with gpt-4o; its base64 text must not be counted as words.
    private const int PerImage = 85;

    /// <summary>
    /// The input tokens of a request body to chat completions, completions, responses, embeddings or messages, counted by its <c>model</c>'s vocabulary.
    /// Zero when the body is not a JSON object.
    /// </summary>
    public static int EstimateInput(ReadOnlySpan<byte> requestJson)
    {
        try
        {
            var reader = new Utf8JsonReader(requestJson, new JsonReaderOptions { MaxDepth = 64 });
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Estimate(document.RootElement) : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    private static int Estimate(JsonElement request)
    {
        var model = request.TryGetProperty("model", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";
        var counter = TokenCounter.ForModel(model);
        var count = 0;
        if (request.TryGetProperty("messages", out var messages))
        {
            count += CountMessages(messages, counter) + Priming;
        }

        if (request.TryGetProperty("input", out var input))
        {
            count += CountInput(input, counter);
        }

        if (request.TryGetProperty("prompt", out var prompt))
        {
            count += CountInput(prompt, counter);
        }

        if (request.TryGetProperty("instructions", out var instructions))
        {
            count += CountContent(instructions, counter) + PerMessage;
        }

        if (request.TryGetProperty("system", out var system))
        {
            count += CountContent(system, counter) + PerMessage;
        }

        if (request.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array)
        {
            count += counter.Count(tools.GetRawText());
        }

        return count;
    }

    private static int CountMessages(JsonElement messages, TokenCounter counter) =>
        messages.ValueKind == JsonValueKind.Array ? messages.EnumerateArray().Sum(message => CountMessage(message, counter)) : 0;

    private static int CountMessage(JsonElement message, TokenCounter counter)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return 0;
        }

        var count = PerMessage;
        foreach (var property in message.EnumerateObject())
        {
            if (property.NameEquals("name"))
            {
                count += PerName;
            }

            if (!property.NameEquals("type") && !property.NameEquals("id") && !property.NameEquals("status"))
            {
                count += CountContent(property.Value, counter);
            }
        }

        return count;
    }

    // A text, texts, token ids, lists of token ids, or the responses API's items.
    private static int CountInput(JsonElement input, TokenCounter counter) => input.ValueKind switch
    {
        JsonValueKind.String => counter.Count(input.GetString()!),
        JsonValueKind.Array => input.EnumerateArray().Sum(item => CountInput(item, counter)),
        JsonValueKind.Number => 1,
        JsonValueKind.Object => CountMessage(input, counter),
        _ => 0,
    };

    private static int CountContent(JsonElement content, TokenCounter counter)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                return counter.Count(content.GetString()!);
            case JsonValueKind.Array:
                return content.EnumerateArray().Sum(part => CountContent(part, counter));
            case JsonValueKind.Object when content.TryGetProperty("text", out var text):
                return CountContent(text, counter);
            case JsonValueKind.Object when content.TryGetProperty("image_url", out _) || content.TryGetProperty("media_type", out _):
                return PerImage;
            case JsonValueKind.Object:
                return content.EnumerateObject().Where(p => !p.NameEquals("type") && !p.NameEquals("id")).Sum(p => CountContent(p.Value, counter));
            default:
                return 0;
        }
    }
}
