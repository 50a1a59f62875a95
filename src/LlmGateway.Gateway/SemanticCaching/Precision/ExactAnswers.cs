using System.Text;
using System.Text.Json;

namespace LlmGateway.Gateway.SemanticCaching.Precision;

/// <summary>Compares answers of closed sets, such as labels.</summary>
internal static class ExactAnswers
{
    /// <summary>Whether two answers are the same, apart from case, white space and punctuation at the ends.</summary>
    /// <param name="a">An answer.</param>
    /// <param name="b">Another.</param>
    /// <param name="field">The member to compare; where an answer is no object with it, the answers are not the same unless they are equal.</param>
    public static bool AreSame(string a, string b, string? field) =>
        string.Equals(Normalize(Select(a, field)), Normalize(Select(b, field)), StringComparison.OrdinalIgnoreCase);

    private static string Select(string answer, string? field)
    {
        if (field is null)
        {
            return answer;
        }

        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(field, out var value) ? value.ToString() : answer;
        }
        catch (JsonException)
        {
            return answer;
        }
    }

    private static string Normalize(string text)
    {
        var normal = new StringBuilder(text.Length);
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            normal.Append(normal.Length > 0 ? " " : "").Append(word);
        }

        return normal.ToString().Trim('.', '!', '?', ',', ';', ':', '"', '\'', '*', '`', ' ');
    }
}
