using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Prompts.Chains;

/// <summary>The request of a step: its prompt, the caller's own messages, and how the caller wants to be sampled and logged. Forms and tools are meant for the last answer alone.</summary>
internal static class StepBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private static readonly HashSet<string> Kept = ["messages", "input", "temperature", "top_p", "seed", "user", "metadata", "store"];

    public static ReadOnlyMemory<byte> Compose(ReadOnlyMemory<byte> request, PromptCall prompt)
    {
        var target = new ArrayBufferWriter<byte>(request.Length + 1024);
        using var document = JsonDocument.Parse(request, new JsonDocumentOptions { MaxDepth = RequestScanner.MaxDepth });
        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        if (prompt.Model is { } model)
        {
            json.WriteString("model", model);
        }

        json.WriteStartObject("prompt");
        json.WriteString("id", prompt.Reference.Key);
        json.WriteNumber("version", prompt.Reference.Version!.Value);
        json.WritePropertyName("variables");
        prompt.Variables!.WriteTo(json);
        json.WriteEndObject();
        foreach (var member in document.RootElement.EnumerateObject().Where(member => Kept.Contains(member.Name)))
        {
            json.WritePropertyName(member.Name);
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
        }

        json.WriteEndObject();
        json.Flush();
        return target.WrittenMemory;
    }
}
