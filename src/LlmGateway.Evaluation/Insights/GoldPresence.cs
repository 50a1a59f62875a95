using System.Text.Json;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Whether every gold passage was in the prompt: by the ids where these are known, else by the passages' own words.</summary>
internal static class GoldPresence
{
    /// <summary>Null where it cannot be told.</summary>
    public static bool? Find(ProbeSettings settings, RecordedAnswer answer, JsonElement item)
    {
        try
        {
            return settings.Ids is { } ids ? ById(ids, answer.Values(item))
                : settings.OracleContext is { } oracle && answer.Prompt.Length > 0 ? ByText(oracle, new TemplateValues(item, null), answer.Prompt)
                : null;
        }
        catch (TemplateException)
        {
            return null;
        }
    }

    private static bool? ById((TemplatePath Retrieved, TemplatePath Relevant) ids, TemplateValues values)
    {
        var relevant = Ids(values.Value(ids.Relevant));
        return relevant.Count == 0 ? null : Ids(values.Value(ids.Retrieved)).IsSupersetOf(relevant);
    }

    /// <summary>Texts, numbers, or objects with an <c>id</c>; one of them or a list.</summary>
    private static HashSet<string> Ids(JsonElement value)
    {
        var elements = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value];
        return
        [
            .. elements.Select(element => element.ValueKind == JsonValueKind.Object && element.TryGetProperty("id", out var id) ? id : element)
                .Where(element => element.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                .Select(element => element.ToString()),
        ];
    }

    private static bool? ByText(Template oracle, TemplateValues values, string prompt)
    {
        var wanted = ContextBlock.TextsOf(oracle, values).Select(OneSpaced).Where(passage => passage.Length > 0).ToList();
        var given = OneSpaced(prompt);
        return wanted.Count == 0 ? null : wanted.TrueForAll(passage => given.Contains(passage, StringComparison.OrdinalIgnoreCase));
    }

    private static string OneSpaced(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
