using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>Tokens by kind. Anthropic counts the three kinds of input apart, OpenAI has the cached ones inside the whole.</summary>
/// <param name="Uncached">Read afresh, and not put into the provider's cache.</param>
/// <param name="CacheRead">Read from the provider's cache.</param>
/// <param name="CacheWrite">Put into the provider's cache.</param>
/// <param name="Output">Written, thinking included.</param>
/// <param name="Thinking">The part of the output that was thinking; null is unknown.</param>
internal readonly record struct MessageUsage(long Uncached, long? CacheRead, long? CacheWrite, long Output, long? Thinking)
{
    /// <summary>Reads Anthropic's.</summary>
    /// <param name="usage">The object; null for none.</param>
    /// <param name="before">What was said before: a stream repeats, and leaves out, as it likes.</param>
    public static MessageUsage? ReadAnthropic(JsonElement? usage, MessageUsage? before = null) => usage is not { ValueKind: JsonValueKind.Object } said
        ? before
        : new MessageUsage(
            said.Count("input_tokens") ?? before?.Uncached ?? 0, said.Count("cache_read_input_tokens") ?? before?.CacheRead,
            said.Count("cache_creation_input_tokens") ?? before?.CacheWrite, said.Count("output_tokens") ?? before?.Output ?? 0,
            said.Object("output_tokens_details")?.Count("thinking_tokens") ?? before?.Thinking);

    /// <summary>Reads OpenAI's; null when the provider told nothing.</summary>
    public static MessageUsage? ReadOpenAI(JsonElement? usage)
    {
        if (usage is not { ValueKind: JsonValueKind.Object } said || said.Count("prompt_tokens") is not { } input)
        {
            return null;
        }

        var details = said.Object("prompt_tokens_details");
        var (read, write) = (details?.Count("cached_tokens"), details?.Count("cache_write_tokens"));
        return new MessageUsage(
            Math.Max(0, input - (read ?? 0) - (write ?? 0)), read, write, said.Count("completion_tokens") ?? 0,
            said.Object("completion_tokens_details")?.Count("reasoning_tokens"));
    }

    public void WriteOpenAI(Utf8JsonWriter json)
    {
        var input = Uncached + (CacheRead ?? 0) + (CacheWrite ?? 0);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", input);
        json.WriteNumber("completion_tokens", Output);
        json.WriteNumber("total_tokens", input + Output);
        if (CacheRead is not null || CacheWrite is not null)
        {
            json.WriteStartObject("prompt_tokens_details");
            json.WriteKnown("cached_tokens", CacheRead);
            json.WriteKnown("cache_write_tokens", CacheWrite);
            json.WriteEndObject();
        }

        if (Thinking is { } thinking)
        {
            json.WriteStartObject("completion_tokens_details");
            json.WriteNumber("reasoning_tokens", thinking);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes Anthropic's, which has every member but the last; an unknown usage is written as zeros, which no real one is.</summary>
    public void WriteAnthropic(Utf8JsonWriter json)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", Uncached);
        json.WriteNumber("cache_creation_input_tokens", CacheWrite ?? 0);
        json.WriteNumber("cache_read_input_tokens", CacheRead ?? 0);
        json.WriteNumber("output_tokens", Output);
        if (Thinking is { } thinking)
        {
            json.WriteStartObject("output_tokens_details");
            json.WriteNumber("thinking_tokens", thinking);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
