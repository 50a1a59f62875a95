using System.Text.Json;

namespace LlmGateway.Gateway.Forwarding;

internal enum StartEventKind
{
    /// <summary>It says nothing yet: a comment, a role, that a response or a part of it was begun.</summary>
    Nothing,

    Content,

    Error,
}

/// <summary>
/// Tells events that a stream begins with, and that may be taken back, from those that a caller sees. What is not known for certain
/// to say nothing is content.
/// </summary>
internal static class StartEvent
{
    /// <param name="data">An event's data.</param>
    /// <param name="errorCode">The code of an error that stands in the event itself, as the responses API has it.</param>
    public static StartEventKind Classify(ReadOnlySpan<byte> data, out string? errorCode)
    {
        errorCode = null;
        if (data.IsEmpty)
        {
            return StartEventKind.Nothing;
        }

        try
        {
            var reader = new Utf8JsonReader(data);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? ReadObject(ref reader, ref errorCode) : StartEventKind.Content;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return StartEventKind.Content;
        }
    }

    private static StartEventKind ReadObject(ref Utf8JsonReader reader, ref string? errorCode)
    {
        StartEventKind? byChoices = null;
        var byType = StartEventKind.Content;
        var isError = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                byType = OfType(ref reader);
                isError |= byType == StartEventKind.Error;
            }
            else if (reader.ValueTextEquals("code"u8))
            {
                reader.Read();
                errorCode = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                isError |= reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("choices"u8))
            {
                reader.Read();
                byChoices = IsSilent(ref reader) ? StartEventKind.Nothing : StartEventKind.Content;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return isError ? StartEventKind.Error : byChoices ?? byType;
    }

    private static StartEventKind OfType(ref Utf8JsonReader reader)
    {
        var isStart = reader.ValueTextEquals("response.created"u8) || reader.ValueTextEquals("response.in_progress"u8)
            || reader.ValueTextEquals("response.queued"u8) || reader.ValueTextEquals("response.output_item.added"u8)
            || reader.ValueTextEquals("response.content_part.added"u8) || reader.ValueTextEquals("content_block_start"u8)
            || reader.ValueTextEquals("message_start"u8) || reader.ValueTextEquals("ping"u8);
        return isStart ? StartEventKind.Nothing
            : reader.ValueTextEquals("error"u8) || reader.ValueTextEquals("response.failed"u8) ? StartEventKind.Error
            : StartEventKind.Content;
    }

    /// <summary>Whether no choice says anything: neither a text, nor a call, nor why it ends. A role and indices say nothing.</summary>
    private static bool IsSilent(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        var silent = true;
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var saysNothing = reader.ValueTextEquals("role"u8) || reader.ValueTextEquals("index"u8) || reader.ValueTextEquals("content_filter_results"u8);
            reader.Read();
            if (saysNothing)
            {
                reader.Skip();
            }
            else if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            {
                silent &= reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty;
                reader.Skip();
            }
        }

        return silent;
    }
}
