using System.Text.RegularExpressions;

namespace LlmGateway.LocalModel;

/// <summary>Splits a text into sentences; a line end of its own also ends one.</summary>
internal static partial class Sentences
{
    public static IReadOnlyList<string> Of(string text) =>
        [.. Boundary().Split(text).Select(sentence => sentence.Trim()).Where(sentence => sentence.Length > 0)];

    // Not after an initial or a usual abbreviation: "J. Smith", "Dr. Smith".
    [GeneratedRegex(@"(?<!\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|vs|etc|e\.g|i\.e|No|Fig)\.)(?<=[.!?][""”’')\]]?)\s+(?=[""“'(\[]?[\p{Lu}\d])|\s*\n\s*", RegexOptions.None, 1000)]
    private static partial Regex Boundary();
}
