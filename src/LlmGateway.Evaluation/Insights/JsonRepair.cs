using System.Text.Json;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Takes the JSON out of an answer that has words or a code fence around it.</summary>
internal static class JsonRepair
{
    /// <summary>The outermost object or list in the text; null where there is none, or where it is the whole text already.</summary>
    public static string? Extract(string text)
    {
        var open = text.AsSpan().IndexOfAny('{', '[');
        if (open < 0)
        {
            return null;
        }

        var close = text.LastIndexOf(text[open] == '{' ? '}' : ']');
        if (close < open || (open == 0 && close == text.Length - 1))
        {
            return null;
        }

        var inner = text[open..(close + 1)];
        try
        {
            using var document = JsonDocument.Parse(inner);
            return inner;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
