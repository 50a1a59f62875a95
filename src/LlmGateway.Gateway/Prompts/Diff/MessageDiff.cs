using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Prompts.Diff;

/// <summary>A message that is not the same in both versions.</summary>
/// <param name="Change"><c>added</c>, <c>removed</c>, <c>changed</c> or <c>moved</c>.</param>
/// <param name="Role">Its role.</param>
/// <param name="FromIndex">Its place in the first version; null for an added one.</param>
/// <param name="ToIndex">Its place in the second version; null for a removed one.</param>
/// <param name="Lines">All its lines, changed or not; none for a moved one.</param>
internal sealed record MessageDiff(string Change, string Role, int? FromIndex, int? ToIndex, IReadOnlyList<LineDiff> Lines)
{
    [JsonIgnore]
    public string Heading => Change switch
    {
        "added" => $"messages[{ToIndex}] {Role}: added",
        "removed" => $"messages[{FromIndex}] {Role}: removed",
        "moved" => $"messages[{FromIndex}] {Role}: moved to messages[{ToIndex}]",
        _ when FromIndex == ToIndex => $"messages[{ToIndex}] {Role}: changed",
        _ => $"messages[{FromIndex}] {Role}: changed, now messages[{ToIndex}]",
    };
}
