using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Shadows;

/// <summary>What is tried: at least one of a model, a prompt and parameters, each in place of the original call's.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ShadowCandidate
{
    /// <summary>Whatever a caller could name; null for the original's model, or the candidate prompt's.</summary>
    public string? Model { get; init; }

    /// <summary>The prompt that is applied to the original's own messages and variables; null for the original's messages as they were sent.</summary>
    public ShadowPrompt? Prompt { get; init; }

    /// <summary>Members of the request by OpenAI's names, such as <c>temperature</c>; null for the original's alone.</summary>
    public JsonObject? Parameters { get; init; }

    public static ShadowCandidate Read(string json) => JsonSerializer.Deserialize(json, GatewayJsonContext.Default.ShadowCandidate)!;

    public string Write() => JsonSerializer.Serialize(this, GatewayJsonContext.Default.ShadowCandidate);
}

/// <summary>A prompt as requests name it.</summary>
/// <param name="Id">Its id or name.</param>
/// <param name="Version">A version's number; null for the label's.</param>
/// <param name="Label">A label; null with a version, and for <c>production</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ShadowPrompt(string Id, string? Version, string? Label);
