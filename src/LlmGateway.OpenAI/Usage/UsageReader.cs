using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>
/// Reads a <c>usage</c> object of any dialect by the names of its members. OpenAI's input holds what was read from a cache;
/// Anthropic's stands beside it, and is added here, so that facts are of one meaning. What is absent stays as it was.
/// </summary>
internal static class UsageReader
{
    public static void Read(ref Utf8JsonReader reader, ref AnswerFacts facts)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        var before = facts;
        var input = new InputParts();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryReadInput(ref reader, ref input, ref facts) && !TryReadOutput(ref reader, ref facts))
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (input.IsOfNothing)
        {
            // A translated stream's first event: its usage comes later, and until then it is unknown, not 0.
            facts = before;
            return;
        }

        input.WriteTo(ref facts);
    }

    private static bool TryReadInput(ref Utf8JsonReader reader, ref InputParts input, ref AnswerFacts facts)
    {
        if (reader.ValueTextEquals("prompt_tokens"u8))
        {
            input.Whole = ReadCount(ref reader) ?? input.Whole;
        }
        else if (reader.ValueTextEquals("input_tokens"u8))
        {
            input.Named = ReadCount(ref reader) ?? input.Named;
        }
        else if (reader.ValueTextEquals("cache_read_input_tokens"u8))
        {
            input.CacheRead = ReadCount(ref reader) ?? input.CacheRead;
        }
        else if (reader.ValueTextEquals("cache_creation_input_tokens"u8))
        {
            input.CacheWrite = ReadCount(ref reader) ?? input.CacheWrite;
        }
        else if (reader.ValueTextEquals("cache_creation"u8))
        {
            ReadCacheWrites(ref reader, ref input);
        }
        else if (reader.ValueTextEquals("prompt_cache_hit_tokens"u8))
        {
            facts.CachedInputTokens = ReadCount(ref reader) ?? facts.CachedInputTokens;
        }
        else if (reader.ValueTextEquals("prompt_tokens_details"u8) || reader.ValueTextEquals("input_tokens_details"u8))
        {
            ReadInputDetails(ref reader, ref facts);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool TryReadOutput(ref Utf8JsonReader reader, ref AnswerFacts facts)
    {
        if (reader.ValueTextEquals("completion_tokens"u8) || reader.ValueTextEquals("output_tokens"u8))
        {
            facts.OutputTokens = ReadCount(ref reader) ?? facts.OutputTokens;
        }
        else if (reader.ValueTextEquals("completion_tokens_details"u8) || reader.ValueTextEquals("output_tokens_details"u8))
        {
            ReadOutputDetails(ref reader, ref facts);
        }
        else if (reader.ValueTextEquals("service_tier"u8))
        {
            facts.ServiceTier = AnswerReader.ReadString(ref reader) ?? facts.ServiceTier;
        }
        else
        {
            return false;
        }

        return true;
    }

    private static void ReadInputDetails(ref Utf8JsonReader reader, ref AnswerFacts facts)
    {
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("cached_tokens"u8))
            {
                facts.CachedInputTokens = ReadCount(ref reader) ?? facts.CachedInputTokens;
            }
            else if (reader.ValueTextEquals("cache_write_tokens"u8))
            {
                facts.CacheWriteTokens = ReadCount(ref reader) ?? facts.CacheWriteTokens;
            }
            else if (reader.ValueTextEquals("audio_tokens"u8))
            {
                facts.AudioInputTokens = ReadCount(ref reader) ?? facts.AudioInputTokens;
            }
            else
            {
                SkipValue(ref reader);
            }
        }
    }

    private static void ReadOutputDetails(ref Utf8JsonReader reader, ref AnswerFacts facts)
    {
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("reasoning_tokens"u8) || reader.ValueTextEquals("thinking_tokens"u8))
            {
                facts.ReasoningTokens = ReadCount(ref reader) ?? facts.ReasoningTokens;
            }
            else if (reader.ValueTextEquals("audio_tokens"u8))
            {
                facts.AudioOutputTokens = ReadCount(ref reader) ?? facts.AudioOutputTokens;
            }
            else
            {
                SkipValue(ref reader);
            }
        }
    }

    private static void ReadCacheWrites(ref Utf8JsonReader reader, ref InputParts input)
    {
        while (NextMember(ref reader))
        {
            if (reader.ValueTextEquals("ephemeral_1h_input_tokens"u8))
            {
                input.CacheWrite1h = ReadCount(ref reader) ?? input.CacheWrite1h;
            }
            else
            {
                SkipValue(ref reader);
            }
        }
    }

    /// <summary>Enters an object at the first call and leaves it with the last; a value that is none has no members.</summary>
    private static bool NextMember(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        return reader.TokenType == JsonTokenType.StartObject
            ? reader.Read() && reader.TokenType == JsonTokenType.PropertyName
            : reader.TokenType == JsonTokenType.PropertyName;
    }

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    private static long? ReadCount(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0)
        {
            return value;
        }

        reader.Skip();
        return null;
    }

    /// <summary>The input's parts of one object, in whichever order they stand there.</summary>
    private struct InputParts
    {
        /// <summary>By the name that always means all of it.</summary>
        public long? Whole;

        /// <summary>By the name that means all of it with OpenAI, and with Anthropic what is not of its cache.</summary>
        public long? Named;

        public long? CacheRead;
        public long? CacheWrite;
        public long? CacheWrite1h;

        /// <summary>Whether it is of a message that has read nothing, which none has.</summary>
        public readonly bool IsOfNothing =>
            (CacheRead is not null || CacheWrite is not null) && (Whole ?? 0) + (Named ?? 0) + (CacheRead ?? 0) + (CacheWrite ?? 0) == 0;

        public readonly void WriteTo(ref AnswerFacts facts)
        {
            if (CacheRead is not null)
            {
                facts.CachedInputTokens = CacheRead;
            }

            if (CacheWrite is not null)
            {
                facts.CacheWrite1hTokens = CacheWrite1h;
                facts.CacheWriteTokens = CacheWrite - (CacheWrite1h ?? 0);
            }

            facts.InputTokens = Whole ?? (Named is null ? null : Named + (CacheRead ?? 0) + (CacheWrite ?? 0)) ?? facts.InputTokens;
        }
    }
}
