using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Prompts.Calls;

/// <summary>What a request says of the prompt that it is to be made from.</summary>
/// <param name="Reference">Which version.</param>
/// <param name="Param">The field that names it.</param>
/// <param name="Model">The model that the caller chose; null for the prompt's own.</param>
/// <param name="Variables">A JSON object; null for the defaults alone.</param>
internal sealed record PromptCall(PromptReference Reference, string Param, string? Model, JsonObject? Variables)
{
    public const string VariablesHeader = "x-llmgateway-prompt-variables";

    /// <summary>What ids of prompts begin with that are kept at OpenAI.</summary>
    private const string ForeignPrefix = "pmpt_";

    /// <returns>Null for a prompt that the provider keeps: the request goes to it as it is.</returns>
    /// <exception cref="ApiException">400 naming the field.</exception>
    public static PromptCall? Read(HttpRequest request, InferenceCall call)
    {
        var scan = call.Scan;
        var byModel = scan.Model.StartsWith(PromptReference.ModelPrefix, StringComparison.Ordinal);
        if (scan.PromptValue.IsEmpty)
        {
            return new PromptCall(PromptReference.Parse(scan.Model[PromptReference.ModelPrefix.Length..]), "model", null, ReadHeader(request));
        }

        var prompt = ReadMember(call.Request!.Span[scan.PromptValue.Start..scan.PromptValue.End]);
        if (byModel)
        {
            throw PromptRules.Refused("Name the prompt once: in 'prompt', or in 'model'.", "model");
        }

        var model = scan.Model.Length == 0 ? null : scan.Model;
        if (prompt.Id?.StartsWith(ForeignPrefix, StringComparison.Ordinal) == true)
        {
            return call.Operation == Operation.Responses && model is not null
                ? null
                : throw PromptRules.Refused($"'{prompt.Id}' is kept at OpenAI: it takes the responses API and a 'model'.", "prompt.id");
        }

        return new PromptCall(prompt.ToReference(), "prompt.id", model, prompt.Variables ?? ReadHeader(request));
    }

    private static PromptArgument ReadMember(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PromptCallJson.Default.PromptArgument)!;
        }
        catch (JsonException exception)
        {
            var path = $"prompt{exception.Path?.TrimStart('$')}";
            throw PromptRules.Refused($"'{path}' is unknown or of the wrong type: 'prompt' has 'id', 'version' or 'label', and 'variables'.", path, "invalid_type");
        }
    }

    private static JsonObject? ReadHeader(HttpRequest request)
    {
        if (request.Headers[VariablesHeader] is not [{ Length: > 0 } text])
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject ?? throw Malformed();
        }
        catch (JsonException)
        {
            throw Malformed();
        }
    }

    private static ApiException Malformed() => PromptRules.Refused($"'{VariablesHeader}' must be a JSON object.", VariablesHeader, "invalid_json");

    /// <summary>OpenAI's member <c>prompt</c>; its version may be a text, as OpenAI has it, or a number.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record PromptArgument(string? Id, JsonElement? Version, string? Label, JsonObject? Variables)
    {
        public PromptReference ToReference()
        {
            if (string.IsNullOrEmpty(Id))
            {
                throw PromptRules.Refused("'prompt.id' is required: a prompt's id or name.", "prompt.id", "missing_required_parameter");
            }

            if (Version is not { ValueKind: not JsonValueKind.Null } version)
            {
                return Label is null ? PromptReference.Parse(Id) : new PromptReference(Id, null, Label);
            }

            if (Label is not null)
            {
                throw PromptRules.Refused("Give 'version' or 'label', not both.", "prompt.label");
            }

            return PromptReference.TryParseVersion(version.ToString(), out var number)
                ? new PromptReference(Id, number, null)
                : throw PromptRules.Refused("'prompt.version' must be a version's number.", "prompt.version", "invalid_type");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PromptCall.PromptArgument))]
internal sealed partial class PromptCallJson : JsonSerializerContext;
