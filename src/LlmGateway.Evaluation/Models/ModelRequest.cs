using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Models;

/// <summary>The model and how it samples: a request without its messages.</summary>
internal sealed class ModelRequest
{
    public const int MaxModelLength = 256;

    private const int MaxTools = 128;

    private readonly JsonElement? _parameters;

    private ModelRequest(string model, ModelApi api, JsonElement? parameters) => (Model, Api, _parameters) = (model, api, parameters);

    /// <summary>Empty where a managed prompt names it.</summary>
    public string Model { get; }

    public ModelApi Api { get; }

    /// <summary>What was set; null where the model's own default rules.</summary>
    public double? Temperature => Number("temperature");

    public double? TopP => Number("top_p");

    public long? MaxCompletionTokens => (long?)Number("max_completion_tokens");

    public long? Seed => (long?)Number("seed");

    /// <summary>Reads a run's <c>sampling_params</c>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parameters">The object; null for none.</param>
    /// <param name="api">How the model is asked.</param>
    /// <exception cref="ApiException">A parameter is unknown or out of range (400).</exception>
    public static ModelRequest Read(string model, JsonFields? parameters, ModelApi api)
    {
        parameters?.Only("temperature", "top_p", "seed", "max_completion_tokens", "reasoning_effort", "tools", api.Format);
        return Checked(model, api, parameters);
    }

    /// <summary>Reads a grader's <c>sampling_params</c>, which have fewer names and a spelling of OpenAI's own.</summary>
    /// <inheritdoc cref="Read"/>
    public static ModelRequest ReadGrader(string model, JsonFields? parameters)
    {
        parameters?.Only("temperature", "top_p", "seed", "max_completions_tokens", "reasoning_effort");
        return Checked(model, ModelApi.ChatCompletions, parameters);
    }

    /// <summary>The body of a request.</summary>
    /// <param name="writeMessages">Writes the list of messages; null for none.</param>
    /// <param name="writeMore">Writes further members; null for none.</param>
    public ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter>? writeMessages, Action<Utf8JsonWriter>? writeMore = null) => JsonText.WriteBytes(writer =>
    {
        writer.WriteStartObject();
        if (Model.Length > 0)
        {
            writer.WriteString("model", Model);
        }

        if (writeMessages is not null)
        {
            writer.WritePropertyName(Api.Messages);
            writeMessages(writer);
        }

        writeMore?.Invoke(writer);
        foreach (var parameter in _parameters?.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null) ?? [])
        {
            if (Api == ModelApi.Responses)
            {
                WriteForResponses(writer, parameter);
            }
            else
            {
                writer.WritePropertyName(parameter.Name == "max_completions_tokens" ? "max_completion_tokens" : parameter.Name);
                parameter.Value.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    });

    /// <summary>Under the names of that API, which knows no seed.</summary>
    private static void WriteForResponses(Utf8JsonWriter writer, JsonProperty parameter)
    {
        switch (parameter.Name)
        {
            case "seed":
                break;
            case "reasoning_effort":
                writer.WriteStartObject("reasoning");
                writer.WritePropertyName("effort");
                parameter.Value.WriteTo(writer);
                writer.WriteEndObject();
                break;
            default:
                writer.WritePropertyName(parameter.Name == "max_completion_tokens" ? "max_output_tokens" : parameter.Name);
                parameter.Value.WriteTo(writer);
                break;
        }
    }

    private static ModelRequest Checked(string model, ModelApi api, JsonFields? parameters)
    {
        if (parameters is not { } fields)
        {
            return new ModelRequest(model, api, null);
        }

        fields.FindNumber("temperature", 0, 2);
        fields.FindNumber("top_p", 0, 1);
        fields.FindInteger("seed", int.MinValue, int.MaxValue);
        fields.FindInteger("max_completion_tokens", 1, int.MaxValue);
        fields.FindInteger("max_completions_tokens", 1, int.MaxValue);
        fields.FindText("reasoning_effort", 32);
        fields.FindObject(api.Format);
        if (fields.Find("tools") is not null)
        {
            foreach (var (tool, path) in fields.List("tools", 0, MaxTools))
            {
                JsonFields.Of(tool, path);
            }
        }

        return new ModelRequest(model, api, fields.Element);
    }

    /// <summary>Whether a member of the request was set.</summary>
    public bool Sets(string name) =>
        _parameters is { } parameters && parameters.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private double? Number(string name) =>
        _parameters is { } parameters && parameters.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
