using System.Text.RegularExpressions;
using LlmGateway.Gateway.Prompts.Labels;
using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts;

/// <summary>What prompts and labels may be called, and how much may be said of them.</summary>
internal static partial class PromptRules
{
    public const int MaxNameLength = 64;
    public const int MaxDescriptionLength = 2000;
    public const int MaxCommitMessageLength = 2000;
    private const int MaxMetadata = 16;
    private const int MaxProtectedLabels = 20;

    /// <exception cref="ApiException">400 on <c>name</c>.</exception>
    public static string CheckName(string? name) =>
        name is not null && Name().IsMatch(name) && !name.StartsWith(Prompt.Prefix, StringComparison.Ordinal)
            ? name
            : throw Refused($"'name' is required: from 1 to {MaxNameLength} letters, digits, '.', '_' and '-', beginning with a letter or digit, and not with '{Prompt.Prefix}'.", "name");

    /// <exception cref="ApiException">400 when it is over its length.</exception>
    public static string? CheckText(string? text, int limit, string param) =>
        text is null || text.Length <= limit ? text : throw Refused($"'{param}' may have at most {limit} characters.", param);

    /// <exception cref="ApiException">400 on <c>metadata</c>.</exception>
    public static void CheckMetadata(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is { Count: > MaxMetadata })
        {
            throw Refused($"'metadata' may hold at most {MaxMetadata} pairs.", "metadata");
        }

        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            RequestMetadata.Check(key, value ?? throw Refused("Values of 'metadata' must be strings.", "metadata"));
        }
    }

    /// <summary>A label that somebody may move.</summary>
    /// <exception cref="ApiException">400 on <paramref name="param"/>.</exception>
    public static void CheckLabel(string? label, string param)
    {
        if (label == PromptLabel.Latest)
        {
            throw Refused("'latest' is always the newest version and cannot be moved.", param);
        }

        if (label is null || !IsLabel(label))
        {
            throw Refused($"A label has from 1 to {MaxNameLength} of a-z, 0-9, '.', '_' and '-', and is no number.", param);
        }
    }

    /// <exception cref="ApiException">400 on <c>protected_labels</c>.</exception>
    public static void CheckProtected(IReadOnlyList<string> labels)
    {
        if (labels.Count > MaxProtectedLabels)
        {
            throw Refused($"'protected_labels' may hold at most {MaxProtectedLabels} labels.", "protected_labels");
        }

        for (var index = 0; index < labels.Count; index++)
        {
            CheckLabel(labels[index], $"protected_labels[{index}]");
        }
    }

    /// <summary>Digits alone would be a version, and what looks like a content hash is one.</summary>
    public static bool IsLabel(string text) =>
        Label().IsMatch(text) && text.AsSpan().ContainsAnyExceptInRange('0', '9') && !ContentHash.IsHash(text);

    public static ApiException Refused(string message, string? param, string code = "invalid_value") => new(ApiErrors.BadRequest(message, param, code));

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z0-9._-]{1,64}\z")]
    private static partial Regex Label();
}
