using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Gateway.Settings;

namespace LlmGateway.Gateway.Guardrails;

/// <param name="AppliesTo">Which calls it is for; all by default.</param>
/// <param name="Order">-1000 to 1000; the default is 0.</param>
/// <param name="Stage"><c>input</c>, <c>output</c> or <c>both</c>.</param>
/// <param name="Action"><c>block</c>, <c>mask</c> or <c>flag</c>.</param>
/// <param name="OnError"><c>block</c>, the default, or <c>allow</c>.</param>
/// <param name="Rule">One of the rules, told apart by <c>type</c>.</param>
/// <param name="Version">The version that the change is based on, 0 for a new guardrail; null changes whatever is there.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record GuardrailRequest(
    CallScope? AppliesTo = null, int? Order = null, string? Stage = null, string? Action = null, string? OnError = null,
    JsonElement? Rule = null, long? Version = null);

internal sealed record GuardrailResource(
    string Id, string Object, CallScope AppliesTo, int Order, GuardrailStage Stage, GuardrailAction Action, GuardrailFailure OnError,
    JsonElement Rule, long Version, long UpdatedAt)
{
    public static GuardrailResource From(Guardrail row)
    {
        var definition = JsonSerializer.Deserialize(row.Definition, GatewayJsonContext.Default.GuardrailDefinition)!;
        return new GuardrailResource(
            row.Name, "guardrail", definition.AppliesTo, definition.Order, definition.Stage, definition.Action, definition.OnError, definition.Rule,
            row.Version, row.UpdatedAt);
    }
}
