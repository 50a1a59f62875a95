using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Guardrails.Requests;

/// <summary>A text of a request that a model reads.</summary>
/// <param name="Value">Where it stands in the body, quotes included.</param>
/// <param name="Field">Its member, such as <c>messages[2].content</c>.</param>
/// <param name="Text">The text.</param>
internal readonly record struct RequestText(ByteRange Value, string Field, string Text)
{
    /// <summary>The members that hold what a model is told.</summary>
    private static readonly string[] Inputs = ["messages", "system", "input", "prompt", "instructions", "suffix", "prediction"];

    /// <summary>Strings in them that are no text: names of things, addresses, files. Whatever is not here is checked.</summary>
    private static readonly HashSet<string> NoText = new(StringComparer.Ordinal)
    {
        "role", "type", "id", "name", "status", "call_id", "tool_call_id", "tool_use_id", "detail", "format", "url", "image_url", "file_url", "file_id", "file_data", "data",
        "encrypted_content", "signature", "phase", "media_type",
    };

    /// <summary>The texts of a body that was scanned already.</summary>
    /// <exception cref="ApiException">400: the text is given as tokens, which cannot be looked into, or holds what is no text.</exception>
    public static List<RequestText> ReadAll(ReadOnlySpan<byte> body)
    {
        var texts = new List<RequestText>();
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestScanner.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (Inputs.Contains(name))
            {
                ReadValue(ref reader, name, texts);
            }
            else
            {
                reader.Skip();
            }
        }

        return texts;
    }

    private static void ReadValue(ref Utf8JsonReader reader, string field, List<RequestText> texts)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                texts.Add(new RequestText(new ByteRange((int)reader.TokenStartIndex, (int)reader.BytesConsumed), field, GetText(ref reader, field)));
                break;
            case JsonTokenType.StartArray:
                for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
                {
                    RefuseToken(reader.TokenType, field);
                    ReadValue(ref reader, $"{field}[{index}]", texts);
                }

                break;
            case JsonTokenType.StartObject:
                ReadMembers(ref reader, field, texts);
                break;
        }
    }

    private static void ReadMembers(ref Utf8JsonReader reader, string field, List<RequestText> texts)
    {
        var isAllText = IsToolInput(field) || IsPlainSource(reader, field);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (isAllText || reader.TokenType != JsonTokenType.String || !NoText.Contains(name))
            {
                ReadValue(ref reader, $"{field}.{name}", texts);
            }
        }
    }

    /// <summary>In the input of a tool that Anthropic's messages tell of every string is the model's or the user's, whatever its name.</summary>
    private static bool IsToolInput(string field) =>
        field.StartsWith("messages[", StringComparison.Ordinal) && field.Contains("].input", StringComparison.Ordinal);

    /// <summary>Whether a document's data are not coded: <c>{"type": "text", "data": …}</c>.</summary>
    private static bool IsPlainSource(Utf8JsonReader ahead, string field)
    {
        if (!field.EndsWith(".source", StringComparison.Ordinal))
        {
            return false;
        }

        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var isType = ahead.ValueTextEquals("type"u8);
            ahead.Read();
            if (isType && ahead.TokenType == JsonTokenType.String && ahead.ValueTextEquals("text"u8))
            {
                return true;
            }

            ahead.Skip();
        }

        return false;
    }

    /// <summary>Numbers stand in the arrays of two operations only, as tokens.</summary>
    private static void RefuseToken(JsonTokenType type, string field)
    {
        if (type == JsonTokenType.Number && (field.StartsWith("prompt", StringComparison.Ordinal) || field.StartsWith("input", StringComparison.Ordinal)))
        {
            throw new ApiException(ApiErrors.BadRequest("The project's guardrails cannot look into tokens. Send the text itself.", field));
        }
    }

    private static string GetText(ref Utf8JsonReader reader, string field)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ApiException(ApiErrors.BadRequest($"'{field}' holds an invalid escape sequence.", field));
        }
    }
}
