using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Console.Prompts;

/// <summary>A version of a prompt. What the console does not edit is kept as it is.</summary>
public sealed record PromptVersion(
    string Id, int Version, string ContentHash, string? CommitMessage, long CreatedAt, string? CreatedBy, string? Model,
    IReadOnlyList<PromptMessage> Messages, IReadOnlyList<PromptVariable> Variables, JsonObject? Parameters, JsonArray? Tools, JsonNode? ToolChoice,
    JsonObject? ResponseFormat, JsonObject? FewShot, JsonArray? Retrieval, JsonArray? Steps, JsonObject? StructuredOutput, IReadOnlyList<string>? Warnings)
{
    /// <summary>What a request must give a value.</summary>
    public IEnumerable<PromptVariable> Required => Variables.Where(variable => variable.Default is null or { ValueKind: JsonValueKind.Undefined });
}

/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">A Liquid template.</param>
public sealed record PromptMessage(string Role, string Content);

/// <param name="Name">As templates use it.</param>
/// <param name="Type"><c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>, <c>array</c> or <c>object</c>.</param>
/// <param name="Default">Taken where a request gives none; null for a variable that is required.</param>
/// <param name="Description">For people.</param>
public sealed record PromptVariable(string Name, string Type, JsonElement? Default, string? Description)
{
    public static readonly string[] Types = ["string", "integer", "number", "boolean", "array", "object"];
}

/// <summary>The request that a version makes.</summary>
public sealed record RenderedPrompt(string Prompt, string Path, RenderedBody Body, int InputTokens, double? InputCostUsd, IReadOnlyList<string> Warnings, JsonElement? Retrieved);

/// <param name="Model">Who is asked.</param>
/// <param name="Messages">All messages.</param>
public sealed record RenderedBody(string? Model, IReadOnlyList<JsonElement> Messages);
