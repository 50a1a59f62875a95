using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Structured;

/// <summary>
/// A request whose answer is checked, as the model gets it: the answer is to come whole, so that nobody sees it before, and for a
/// model without structured answers the schema stands in the prompt in place of the form's member. Other values keep their bytes.
/// </summary>
internal sealed class StructuredRequest
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly Utf8JsonWriter _json;
    private readonly Operation _operation;
    private readonly string? _instruction;
    private readonly AnswerCorrection? _correction;

    private StructuredRequest(Utf8JsonWriter json, Operation operation, string? instruction, AnswerCorrection? correction) =>
        (_json, _operation, _instruction, _correction) = (json, operation, instruction, correction);

    /// <param name="body">The request, of chat completions or responses.</param>
    /// <param name="operation">Which of them.</param>
    /// <param name="prompted">What goes into the prompt; null leaves the form to the model.</param>
    /// <param name="correction">A wrong answer that the model is to correct; null for the first try.</param>
    /// <exception cref="ApiException">400: a name or a text that must be read is none.</exception>
    public static ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> body, Operation operation, AnswerFormat? prompted, AnswerCorrection? correction = null)
    {
        var instruction = prompted is null ? null
            : $"Answer with one JSON value that is valid by the JSON Schema below, and with nothing else: no explanation, no code fence.\n\nJSON Schema:\n{prompted.SchemaText}";
        var target = new ArrayBufferWriter<byte>(body.Length + 1024);
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = RequestScanner.MaxDepth });
            using var json = new Utf8JsonWriter(target, Options);
            new StructuredRequest(json, operation, instruction, correction).Write(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            throw new ApiException(ApiErrors.BadRequest("The request holds an invalid escape sequence.", null));
        }

        return target.WrittenMemory;
    }

    private void Write(JsonElement request)
    {
        _json.WriteStartObject();
        foreach (var member in request.EnumerateObject())
        {
            WriteMember(member);
        }

        if (_operation == Operation.Responses && _instruction is not null && !request.TryGetProperty("instructions", out _))
        {
            _json.WriteString("instructions", _instruction);
        }

        _json.WriteEndObject();
    }

    private void WriteMember(JsonProperty member)
    {
        switch (member.Name)
        {
            case "stream" or "stream_options":
                break;
            case "response_format" when _operation == Operation.ChatCompletions && _instruction is not null:
                break;
            case "text" when _operation == Operation.Responses && _instruction is not null:
                WriteWithoutFormat(member.Value);
                break;
            case "instructions" when _operation == Operation.Responses && _instruction is not null:
                _json.WriteString("instructions", Instructions(member.Value));
                break;
            case "messages" when _operation == Operation.ChatCompletions:
                WriteMessages(member.Value);
                break;
            case "input" when _operation == Operation.Responses && _correction is not null:
                WriteInput(member.Value);
                break;
            default:
                Copy(member);
                break;
        }
    }

    /// <summary>Responses' <c>text</c> holds more than the format.</summary>
    private void WriteWithoutFormat(JsonElement text)
    {
        _json.WriteStartObject("text");
        foreach (var member in text.EnumerateObject().Where(member => member.Name != "format"))
        {
            Copy(member);
        }

        _json.WriteEndObject();
    }

    /// <summary>The schema stands behind the messages that instruct, as the last of them.</summary>
    private void WriteMessages(JsonElement messages)
    {
        _json.WriteStartArray("messages");
        var instruction = _instruction;
        foreach (var message in messages.EnumerateArray())
        {
            if (instruction is not null && !Instructs(message))
            {
                WriteMessage("system", instruction);
                instruction = null;
            }

            Copy(message);
        }

        if (instruction is not null)
        {
            WriteMessage("system", instruction);
        }

        WriteCorrection();
        _json.WriteEndArray();
    }

    private void WriteInput(JsonElement input)
    {
        _json.WriteStartArray("input");
        if (input.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in input.EnumerateArray())
            {
                Copy(item);
            }
        }
        else
        {
            WriteMessage("user", input.GetString() ?? "");
        }

        WriteCorrection();
        _json.WriteEndArray();
    }

    private void WriteCorrection()
    {
        if (_correction is { } correction)
        {
            WriteMessage("assistant", correction.Answer);
            WriteMessage("user", $"This answer is not valid by the JSON Schema: {string.Join("; ", correction.Errors)}. Answer again with the corrected JSON value alone.");
        }
    }

    private string Instructions(JsonElement own) => own.ValueKind switch
    {
        JsonValueKind.String => $"{own.GetString()}\n\n{_instruction}",
        JsonValueKind.Null => _instruction!,
        _ => throw new ApiException(ApiErrors.BadRequest("Invalid type for 'instructions': expected a string.", "instructions", "invalid_type")),
    };

    private static bool Instructs(JsonElement message) =>
        message.TryGetProperty("role", out var role) && (role.ValueEquals("system"u8) || role.ValueEquals("developer"u8));

    private void WriteMessage(string role, string content)
    {
        _json.WriteStartObject();
        _json.WriteString("role", role);
        _json.WriteString("content", content);
        _json.WriteEndObject();
    }

    private void Copy(JsonProperty member)
    {
        _json.WritePropertyName(member.Name);
        Copy(member.Value);
    }

    private void Copy(JsonElement value) => _json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
