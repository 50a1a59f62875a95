using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Prompts.Labels;

/// <param name="Version">The version to point to.</param>
/// <param name="ExpectedVersion">What the label must point to now, 0 for a new label; null moves it wherever it is.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PutLabelRequest(int? Version = null, int? ExpectedVersion = null);

/// <param name="Label">The label to bring back to what it pointed to before; by default <c>production</c>.</param>
/// <param name="ExpectedVersion">What it must point to now; null for whatever it is.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RollbackRequest(string? Label = null, int? ExpectedVersion = null);

internal sealed record LabelResource(string Id, string Object, string PromptId, int Version, bool Protected, long UpdatedAt, string? UpdatedBy)
{
    public static LabelResource From(Prompt prompt, PromptLabel label) => new(
        label.Name, "prompt.label", prompt.Id, label.Version, prompt.ProtectedLabels.Contains(label.Name), label.UpdatedAt, label.UpdatedBy);
}

/// <summary>One entry of a label's history; its action is <c>set</c>, <c>rollback</c> or <c>delete</c>.</summary>
internal sealed record LabelChangeResource(string Id, string Object, string Label, string Action, int? FromVersion, int? ToVersion, long CreatedAt, string? CreatedBy)
{
    public static LabelChangeResource From(PromptLabelChange change) => new(
        IdOf(change), "prompt.label.change", change.Label, change.To is null ? "delete" : change.Restores is null ? "set" : "rollback",
        change.From, change.To, change.CreatedAt, change.CreatedBy);

    public static string IdOf(PromptLabelChange change) => change.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
