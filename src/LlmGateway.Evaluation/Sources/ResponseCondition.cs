using System.Text.Json;

namespace LlmGateway.Evaluation.Sources;

/// <summary>What a run asks of logged responses that their requests alone tell. What is null asks nothing.</summary>
/// <param name="Instructions">A part of the instructions, in any case.</param>
/// <param name="ReasoningEffort">The effort that was asked for.</param>
/// <param name="Temperature">As it was set.</param>
/// <param name="TopP">As it was set.</param>
/// <param name="Users">Any of them.</param>
/// <param name="Tools">Names, or types of built-in tools, any of which the request offered.</param>
internal sealed record ResponseCondition(
    string? Instructions, string? ReasoningEffort, double? Temperature, double? TopP, IReadOnlyList<string>? Users, IReadOnlyList<string>? Tools)
{
    public bool IsMet(JsonElement request) =>
        (Instructions is null || Text(request, "instructions")?.Contains(Instructions, StringComparison.OrdinalIgnoreCase) == true)
        && (ReasoningEffort is null || (request.TryGetProperty("reasoning", out var reasoning) && Text(reasoning, "effort") == ReasoningEffort))
        && (Temperature is null || Number(request, "temperature") == Temperature)
        && (TopP is null || Number(request, "top_p") == TopP)
        && (Users is null || (Text(request, "user") is { } user && Users.Contains(user)))
        && (Tools is null || Offered(request).Any(Tools.Contains));

    private static IEnumerable<string> Offered(JsonElement request) =>
        request.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array
            ? tools.EnumerateArray().Select(tool => Text(tool, "name") ?? Text(tool, "type") ?? "")
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
