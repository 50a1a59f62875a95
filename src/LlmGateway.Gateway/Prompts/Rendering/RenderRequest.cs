using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Prompts.Labels;

namespace LlmGateway.Gateway.Prompts.Rendering;

/// <summary>A request that is to be shown and not made.</summary>
/// <param name="Version">The version's number; null for the label's.</param>
/// <param name="Label">By default <c>production</c>.</param>
/// <param name="Variables">The templates' values.</param>
/// <param name="Model">Another model than the prompt's.</param>
/// <param name="Messages">The request's own messages, of chat completions.</param>
/// <param name="Input">The request's own input; with it the request is one of the responses API.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RenderRequest(
    int? Version = null, string? Label = null, JsonObject? Variables = null, string? Model = null, JsonArray? Messages = null, JsonNode? Input = null)
{
    /// <exception cref="LlmGateway.Service.ApiException">400: members that exclude one another.</exception>
    public string Selector =>
        Version is not null && Label is not null ? throw PromptRules.Refused("Give 'version' or 'label', not both.", "label")
        : Messages is not null && Input is not null ? throw PromptRules.Refused("Give 'messages' or 'input', not both.", "input")
        : Version?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Label ?? PromptLabel.Default;
}

/// <summary>What a request would be; no call is made.</summary>
/// <param name="Prompt">The version, such as <c>support@3</c>.</param>
/// <param name="Path">What the request would be sent to.</param>
/// <param name="Body">The request.</param>
/// <param name="InputTokens">Counted here, by the vocabulary of OpenAI's models.</param>
/// <param name="InputCostUsd">Null where the price is not known.</param>
/// <param name="Warnings">What is odd and not wrong.</param>
internal sealed record RenderResource(
    string Prompt, string Path, JsonElement Body, int InputTokens, decimal? InputCostUsd, IReadOnlyList<string> Warnings)
{
    public string Object { get; } = "prompt.render";

    /// <summary>What its blocks have looked up; absent for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<InferenceRetrieval>? Retrieved { get; init; }
}
