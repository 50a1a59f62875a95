using System.Text.Json.Serialization;
using LlmGateway.Gateway.Prompts.Composition;

namespace LlmGateway.Gateway.Prompts.Versions;

/// <summary>A version with its content.</summary>
internal sealed record VersionResource : PromptContent
{
    private VersionResource(PromptContent content)
        : base(content)
    {
    }

    /// <summary>Such as <c>support@3</c>, which <c>prompt/</c> makes a model's name.</summary>
    public required string Id { get; init; }

    public string Object { get; } = "prompt.version";

    public required string PromptId { get; init; }

    public required int Version { get; init; }

    public required string ContentHash { get; init; }

    public string? CommitMessage { get; init; }

    /// <summary>The versions that its references to other prompts mean.</summary>
    public required IReadOnlyList<PinnedPrompt> Resolved { get; init; }

    public required long CreatedAt { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>What is odd about it; only in the answer that made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }

    public static VersionResource From(Prompt prompt, PromptVersion version) => new(PromptJson.ReadContent(version.Content))
    {
        Id = $"{prompt.Name}@{version.Number}",
        PromptId = prompt.Id,
        Version = version.Number,
        ContentHash = version.Hash,
        CommitMessage = version.CommitMessage,
        Resolved = PromptJson.ReadIncludes(version.Includes),
        CreatedAt = version.CreatedAt,
        CreatedBy = version.CreatedBy,
    };
}
