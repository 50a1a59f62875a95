using System.Globalization;
using LlmGateway.Gateway.Prompts.Labels;

namespace LlmGateway.Gateway.Prompts;

/// <summary>Which version of which prompt is meant: <c>name</c>, <c>name@label</c> or <c>name@3</c>; an id does as well as a name.</summary>
/// <param name="Key">The prompt's name or id.</param>
/// <param name="Version">Null when a label is meant.</param>
/// <param name="Label">Null when a version is meant.</param>
internal readonly record struct PromptReference(string Key, int? Version, string? Label)
{
    /// <summary>What a model's name begins with that is a prompt's.</summary>
    public const string ModelPrefix = "prompt/";

    /// <summary>The version's number or the label.</summary>
    public string Selector => Version?.ToString(CultureInfo.InvariantCulture) ?? Label!;

    public static PromptReference Parse(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? new(text, null, PromptLabel.Default) : Of(text[..at], text[(at + 1)..]);
    }

    /// <param name="key">The prompt's name or id.</param>
    /// <param name="selector">A version's number or a label.</param>
    public static PromptReference Of(string key, string selector) =>
        TryParseVersion(selector, out var version) ? new(key, version, null) : new(key, null, selector);

    public static bool TryParseVersion(string text, out int version) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version);
}
