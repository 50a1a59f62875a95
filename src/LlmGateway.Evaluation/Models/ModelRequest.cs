using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Models;

/// <summary>The model and how it samples: a chat completion's request without its messages.</summary>
internal sealed class ModelRequest
{
    public const int MaxModelLength = 256;

    private readonly JsonElement? _parameters;

    private ModelRequest(string model, JsonElement? parameters) => (Model, _parameters) = (model, parameters);

    public string Model { get; }

    /// <summary>What was set; null where the model's own default rules.</summary>
    public double? Temperature => Number("temperature");

    public double? TopP => Number("top_p");

    public long? MaxCompletionTokens => (long?)Number("max_completion_tokens");

    public long? Seed => (long?)Number("seed");

    /// <summary>Reads OpenAI's <c>sampling_params</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">The object; null for none.</param>
    /// <param name="isGrader">Whether they are a grader's, which have fewer names.</param>
    /// <exception cref="ApiException">A parameter is unknown or out of range (400).</exception>
    public static ModelRequest Read(string model, JsonFields? parameters, bool isGrader)
    {
        if (parameters is not { } fields)
        {
            return new ModelRequest(model, null);
        }

        if (isGrader)
        {
            // OpenAI's own spelling.
            fields.Only("temperature", "top_p", "seed", "max_completions_tokens", "reasoning_effort");
        }
        else
        {
            fields.Only("temperature", "top_p", "seed", "max_completion_tokens", "reasoning_effort", "response_format", "tools");
        }

        fields.FindNumber("temperature", 0, 2);
        fields.FindNumber("top_p", 0, 1);
        fields.FindInteger("seed", int.MinValue, int.MaxValue);
        fields.FindInteger("max_completion_tokens", 1, int.MaxValue);
        fields.FindInteger("max_completions_tokens", 1, int.MaxValue);
        fields.FindText("reasoning_effort", 32);
        fields.FindObject("response_format");
        return new ModelRequest(model, fields.Element);
    }

    /// <summary>The body of <c>POST /v1/chat/completions</c>.</summary>
    /// <param name="writeMessages">Writes the list of messages.</param>
    public ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> writeMessages) => JsonText.WriteBytes(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("model", Model);
        writer.WritePropertyName("messages");
        writeMessages(writer);
        if (_parameters is { } parameters)
        {
            foreach (var parameter in parameters.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
            {
                writer.WritePropertyName(parameter.Name == "max_completions_tokens" ? "max_completion_tokens" : parameter.Name);
                parameter.Value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    });

    private double? Number(string name) =>
        _parameters is { } parameters && parameters.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
