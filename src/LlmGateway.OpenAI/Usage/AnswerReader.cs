using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>What an answer, or one event of a stream, says of itself; null members were not there.</summary>
public struct AnswerFacts
{
    public string? Id { get; set; }

    public string? FinishReason { get; set; }

    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }

    public long? CachedInputTokens { get; set; }

    public long? ReasoningTokens { get; set; }

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
/// Reads id, usage and finish reason from any of OpenAI's answers in one pass without a DOM: chat completions,
/// completions, embeddings, responses, their stream events (where a response stands inside <c>response</c>), and errors.
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
                ReadUsage(ref reader, ref facts);
            }
            else if (reader.ValueTextEquals("choices"u8))
            {
                ReadChoices(ref reader, ref facts);
            }
            else if (reader.ValueTextEquals("response"u8))
            {
                ReadNested(ref reader, ref facts);
            }
            else if (reader.ValueTextEquals("status"u8))
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
    }

    private static void ReadUsage(ref Utf8JsonReader reader, ref AnswerFacts facts)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8) || reader.ValueTextEquals("input_tokens"u8))
            {
                facts.InputTokens = ReadCount(ref reader) ?? facts.InputTokens;
            }
            else if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8))
            {
                facts.OutputTokens = ReadCount(ref reader) ?? facts.OutputTokens;
            }
            else if (reader.ValueTextEquals("prompt_tokens_details"u8) || reader.ValueTextEquals("input_tokens_details"u8))
            {
                facts.CachedInputTokens = ReadDetail(ref reader, "cached_tokens"u8) ?? facts.CachedInputTokens;
            }
            else if (reader.ValueTextEquals("completion_tokens_details"u8) || reader.ValueTextEquals("output_tokens_details"u8))
            {
                facts.ReasoningTokens = ReadDetail(ref reader, "reasoning_tokens"u8) ?? facts.ReasoningTokens;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static long? ReadDetail(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        long? value = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
            {
                value = ReadCount(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return value;
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

    private static string? ReadString(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    private static long? ReadCount(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value))
        {
            return value;
        }

        reader.Skip();
        return null;
    }
}
