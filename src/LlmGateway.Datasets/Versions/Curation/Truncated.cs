using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>
/// Leaves out items whose output was cut: the call that wrote it, or <c>metadata.finish_reason</c>, says <c>length</c>; or the text itself
/// shows it, by a code block or JSON that does not end, or, from 400 characters on, by prose that breaks off in the middle of a sentence.
/// </summary>
/// <param name="ByText">Whether the text itself is looked at; true by default.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record Truncated(bool ByText = true) : BatchStep<HashSet<Guid>>
{
    private const string Reason = "truncated";
    private const string Cut = "length";
    private const int ProseLength = 400;

    /// <summary>The calls of a batch whose own output was cut. One that a person wrote in its stead was not.</summary>
    protected override async Task<HashSet<Guid>> LookUpAsync(IReadOnlyList<ItemDraft> batch, CurationScope scope, CancellationToken cancellationToken)
    {
        var ids = batch.Where(draft => draft is { InferenceId: not null, FeedbackId: null }).Select(draft => draft.InferenceId!.Value).ToArray();
        return ids.Length == 0 ? [] : [.. await scope.Context.Inferences
            .Where(call => call.ProjectId == scope.Project && ids.Contains(call.Id) && call.FinishReason == Cut)
            .Select(call => call.Id).ToListAsync(cancellationToken)];
    }

    protected override Verdict Judge(ItemDraft draft, HashSet<Guid> found) =>
        (draft is { InferenceId: { } id, FeedbackId: null } && found.Contains(id)) || SaysSo(draft.Metadata) ? Verdict.Drop(draft, Reason, "finish_reason is 'length'")
        : ByText && ItemText.OfPlainReference(draft.Reference) is { } text && HowCut(text.AsSpan().TrimEnd()) is { } how ? Verdict.Drop(draft, Reason, how)
        : Verdict.Keep(draft);

    private static bool SaysSo(JsonElement? metadata) => metadata is { ValueKind: JsonValueKind.Object } pairs
        && pairs.TryGetProperty("finish_reason", out var reason) && reason.ValueKind == JsonValueKind.String && reason.ValueEquals(Cut);

    private static string? HowCut(ReadOnlySpan<char> text) =>
        text.Count("```") % 2 == 1 ? "a code block does not end"
        : text is ['{' or '[', ..] && text[^1] is not ('}' or ']') && text.Contains('"') ? "JSON does not end"
        : text.Length >= ProseLength && IsProse(text) && (char.IsLetterOrDigit(text[^1]) || text[^1] is ',' or '-' or '(') ? "breaks off in the middle of a sentence"
        : null;

    /// <summary>Whether its last line is part of a text with sentences, and no list, heading, table or code.</summary>
    private static bool IsProse(ReadOnlySpan<char> text)
    {
        var last = text[(text.LastIndexOf('\n') + 1)..].TrimStart();
        return (text.Contains(". ", StringComparison.Ordinal) || text.Contains("? ", StringComparison.Ordinal)) && last.Length > 0 && char.IsUpper(last[0]) && last.Contains(' ');
    }
}
