using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts;

/// <summary>The errors that more than one place answers with.</summary>
internal static class PromptErrors
{
    private const int MaxShown = 100;

    public static ApiException UnknownPrompt(string key, string? param) => new(ApiErrors.NotFound(
        $"There is no prompt '{Shorten(key)}'. GET /v1/prompts lists the project's prompts.", param, "prompt_not_found"));

    public static ApiException UnknownVersion(string name, string version, int latest, string? param) => new(ApiErrors.NotFound(
        $"The prompt '{name}' has no version '{Shorten(version)}': it has versions 1 to {latest}.", param, "prompt_version_not_found"));

    public static ApiException UnknownLabel(string name, string label, IEnumerable<string> known, string? param) => new(ApiErrors.NotFound(
        $"The prompt '{name}' has no label '{Shorten(label)}': it has {string.Join(", ", known.Order(StringComparer.Ordinal).Append("latest").Select(one => $"'{one}'"))}. PUT /v1/prompts/{name}/labels/{Shorten(label)} makes one.",
        param, "prompt_label_not_found"));

    public static string Shorten(string text) => text.Length <= MaxShown ? text : text[..MaxShown];
}
