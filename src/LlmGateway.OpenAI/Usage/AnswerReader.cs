using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>What an answer, or one event of a stream, says of itself; null members were not there.</summary>
public struct AnswerFacts
{
    public string? Id { get; set; }

    public string? FinishReason { get; set; }

    /// <summary>All of the input, in every dialect; the next four are parts of it.</summary>
    public long? InputTokens { get; set; }

    /// <summary>What the provider read from its prompt cache.</summary>
    public long? CachedInputTokens { get; set; }

    /// <summary>What it wrote into its prompt cache, for five minutes or a time that it did not name.</summary>
    public long? CacheWriteTokens { get; set; }

    /// <summary>What it wrote into its prompt cache for an hour.</summary>
    public long? CacheWrite1hTokens { get; set; }

    public long? AudioInputTokens { get; set; }

    /// <summary>All of the output; the next two are parts of it.</summary>
    public long? OutputTokens { get; set; }

    public long? ReasoningTokens { get; set; }

    public long? AudioOutputTokens { get; set; }

    /// <summary>The provider's word for how it served, such as <c>flex</c>.</summary>
    public string? ServiceTier { get; set; }

    /// <summary>Code of an error object, or its type.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>Whether there was an <c>error</c> object.</summary>
    public bool IsError { get; set; }

    /// <summary>True for <c>"choices": []</c>, which marks the usage event of a chat stream.</summary>
    public bool HasEmptyChoices { get; set; }

    /// <summary>Whether usage was there and not null.</summary>
    public readonly bool HasUsage => InputTokens is not null || OutputTokens is not null;
}

/// <summary>
/// Reads id, usage and finish reason from any answer in one pass without a DOM: OpenAI's chat completions, completions,
/// embeddings and responses, Anthropic's messages, their stream events (where a response stands inside <c>response</c> and a
/// message inside <c>message</c>), and errors.
/// </summary>
public static class AnswerReader
{
    /// <returns>False when the bytes are not one JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, ref AnswerFacts facts)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            ReadMembers(ref reader, ref facts);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static void ReadMembers(ref Utf8JsonReader reader, ref AnswerFacts facts)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                facts.Id = ReadString(ref reader) ?? facts.Id;
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                UsageReader.Read(ref reader, ref facts);
            }
            else if (reader.ValueTextEquals("service_tier"u8))
            {
                facts.ServiceTier = ReadString(ref reader) ?? facts.ServiceTier;
            }
            else if (reader.ValueTextEquals("choices"u8))
            {
                ReadChoices(ref reader, ref facts);
            }
            else if (reader.ValueTextEquals("response"u8) || reader.ValueTextEquals("message"u8) || reader.ValueTextEquals("delta"u8))
            {
                ReadNested(ref reader, ref facts);
            }
            else if (reader.ValueTextEquals("status"u8) || reader.ValueTextEquals("stop_reason"u8))
            {
                facts.FinishReason = ReadString(ref reader) ?? facts.FinishReason;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                ReadError(ref reader, ref facts);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static void ReadNested(ref Utf8JsonReader reader, ref AnswerFacts facts)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadMembers(ref reader, ref facts);
        }
        else
        {
            reader.Skip();
        }
    }

    private static void ReadChoices(ref Utf8JsonReader reader, ref AnswerFacts facts)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            count++;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("finish_reason"u8))
                {
                    facts.FinishReason = ReadString(ref reader) ?? facts.FinishReason;
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }

        facts.HasEmptyChoices = count == 0;
    }

    private static void ReadError(ref Utf8JsonReader reader, ref AnswerFacts facts)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        facts.IsError = true;
        string? type = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("code"u8))
            {
                facts.ErrorCode = ReadString(ref reader) ?? facts.ErrorCode;
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                type = ReadString(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        facts.ErrorCode ??= type;
    }

    internal static string? ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }
}
