using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Variants;

/// <summary>What differs from a call as its caller sent it, as a shadow's candidate or an experiment's variant has it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal record CallVariant
{
    /// <summary>Whatever a caller could name; null for the call's own.</summary>
    public string? Model { get; init; }

    /// <summary>The prompt that is applied to the call's own messages and variables; null for the call's own, or none.</summary>
    public VariantPrompt? Prompt { get; init; }

    /// <summary>Members of the request by OpenAI's names, such as <c>temperature</c>; null for the call's alone.</summary>
    public JsonObject? Parameters { get; init; }

    [JsonIgnore]
    public bool IsEmpty => this is { Model: null, Prompt: null, Parameters: null or { Count: 0 } };

    public static CallVariant Read(string json) => JsonSerializer.Deserialize(json, GatewayJsonContext.Default.CallVariant)!;

    public string Write() => JsonSerializer.Serialize(this, GatewayJsonContext.Default.CallVariant);

    /// <summary>This one's changes made after another's.</summary>
    public CallVariant Over(CallVariant other)
    {
        var parameters = (JsonObject?)other.Parameters?.DeepClone() ?? [];
        foreach (var (name, value) in Parameters ?? [])
        {
            parameters[name] = value?.DeepClone();
        }

        return new CallVariant { Model = Model ?? other.Model, Prompt = Prompt ?? other.Prompt, Parameters = parameters.Count == 0 ? null : parameters };
    }
}

/// <summary>A prompt as requests name it.</summary>
/// <param name="Id">Its id or name.</param>
/// <param name="Version">A version's number; null for the label's.</param>
/// <param name="Label">A label; null with a version, and for <c>production</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VariantPrompt(string Id, string? Version, string? Label)
{
    /// <summary>The member <c>prompt</c> that names it.</summary>
    /// <param name="variables">Its variables; null for the defaults alone.</param>
    public JsonObject ToMember(JsonNode? variables)
    {
        var reference = new JsonObject { ["id"] = Id };
        if (Version is not null)
        {
            reference["version"] = Version;
        }

        if (Label is not null)
        {
            reference["label"] = Label;
        }

        if (variables is not null)
        {
            reference["variables"] = variables;
        }

        return reference;
    }
}
