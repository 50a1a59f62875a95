using System.Text.Json.Serialization;
using LlmGateway.Gateway.Prompts.Labels;

namespace LlmGateway.Gateway.Prompts;

internal sealed record PromptResource(
    string Id,
    string Object,
    string Name,
    string? Description,
    IReadOnlyDictionary<string, string>? Metadata,
    int LatestVersion,
    IReadOnlyDictionary<string, int> Labels,
    IReadOnlyList<string> ProtectedLabels,
    long CreatedAt,
    long UpdatedAt)
{
    /// <summary>What is odd about the version just made; only in the answer that made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }

    public static PromptResource From(Prompt prompt, IEnumerable<PromptLabel> labels) => new(
        prompt.Id, "prompt", prompt.Name, prompt.Description, PromptJson.ReadMetadata(prompt.Metadata), prompt.LatestVersion,
        labels.Select(label => (label.Name, label.Version)).Append((PromptLabel.Latest, prompt.LatestVersion)).ToDictionary(),
        prompt.ProtectedLabels, prompt.CreatedAt, prompt.UpdatedAt);
}
