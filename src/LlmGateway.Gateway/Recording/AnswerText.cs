using System.Text;
using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway.Recording;

/// <summary>
/// The text that a model wrote: contents, refusals, tool arguments, and for counting it its reasoning too, in any dialect. An
/// answer that breaks off is read as far as it came, to its last character.
/// </summary>
internal static class AnswerText
{
    /// <summary>Longest escape in a JSON string: a cut may go through it.</summary>
    private const int LongestEscape = 6;

    /// <summary>What the model said to its caller.</summary>
    /// <returns>False when the bytes are not whole JSON.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, out string text)
    {
        var builder = new StringBuilder();
        var whole = Collect(json, builder, Wanted.Said);
        text = builder.ToString();
        return whole;
    }

    /// <summary>All that a plain answer, or its beginning, holds of what the model wrote.</summary>
    public static string ReadPlain(ReadOnlySpan<byte> json)
    {
        var text = new StringBuilder();
        Collect(json, text, Wanted.Written);
        return text.ToString();
    }

    /// <summary>A stream's deltas, one after another.</summary>
    public static string ReadStream(ReadOnlySpan<byte> sse)
    {
        var text = new StringBuilder();
        for (var length = SseFrame.Length(sse, final: true); length > 0; length = SseFrame.Length(sse, final: true))
        {
            var data = SseFrame.Data(sse[..length]);
            sse = sse[length..];
            // The responses API tells each text twice: in its deltas, and whole at their end.
            var ofResponse = data.IndexOf("\"type\":\"response."u8) >= 0 || data.IndexOf("\"type\": \"response."u8) >= 0;
            if (!SseFrame.IsDone(data))
            {
                Collect(data, text, ofResponse ? Wanted.Deltas : Wanted.Written);
            }
        }

        return text.ToString();
    }

    private static bool IsWanted(in Utf8JsonReader name, Wanted wanted) => wanted == Wanted.Deltas
        ? name.ValueTextEquals("delta"u8)
        : name.ValueTextEquals("content"u8) || name.ValueTextEquals("text"u8) || name.ValueTextEquals("refusal"u8) || name.ValueTextEquals("arguments"u8)
            || name.ValueTextEquals("partial_json"u8)
            || (wanted == Wanted.Written && (name.ValueTextEquals("thinking"u8) || name.ValueTextEquals("reasoning_content"u8)));

    private static bool Collect(ReadOnlySpan<byte> json, StringBuilder text, Wanted which)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        var (wanted, isInput) = (false, false);
        try
        {
            while (reader.Read())
            {
                if (wanted && reader.TokenType == JsonTokenType.String)
                {
                    text.Append(reader.GetString());
                }
                else if (isInput && reader.TokenType == JsonTokenType.StartObject)
                {
                    var start = (int)reader.TokenStartIndex;
                    var whole = reader.TrySkip();
                    text.Append(Encoding.UTF8.GetString(json[start..(whole ? (int)reader.BytesConsumed : json.Length)]));
                    if (!whole)
                    {
                        return false;
                    }
                }

                // What a message calls a tool with is an object, not text.
                isInput = reader.TokenType == JsonTokenType.PropertyName && which != Wanted.Deltas && reader.ValueTextEquals("input"u8);
                wanted = reader.TokenType == JsonTokenType.PropertyName && IsWanted(reader, which);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON from here on.
            return false;
        }

        if (wanted)
        {
            AppendCutOff(json[(int)reader.BytesConsumed..], text);
        }

        return reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray)
            && json[(int)reader.BytesConsumed..].IndexOfAnyExcept(" \t\r\n"u8) < 0;
    }

    private static void AppendCutOff(ReadOnlySpan<byte> value, StringBuilder text)
    {
        var start = value.IndexOf((byte)'"');
        if (start < 0)
        {
            return;
        }

        Span<byte> closed = [.. value[start..], (byte)'"'];
        for (var cut = 0; cut <= LongestEscape && closed.Length - cut >= 2; cut++)
        {
            var literal = closed[..(closed.Length - cut)];
            literal[^1] = (byte)'"';
            if (TryReadLiteral(literal, out var read))
            {
                text.Append(read);
                return;
            }
        }
    }

    private static bool TryReadLiteral(ReadOnlySpan<byte> literal, out string text)
    {
        text = "";
        try
        {
            var reader = new Utf8JsonReader(literal);
            var whole = reader.Read() && reader.TokenType == JsonTokenType.String && reader.BytesConsumed == literal.Length;
            text = whole ? reader.GetString()! : "";
            return whole;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private enum Wanted
    {
        Said,
        Written,
        Deltas,
    }
}
