namespace LlmGateway.Text.PersonalData;

/// <summary>Secrets that their makers gave a form by which they are known.</summary>
internal static class SecretForms
{
    private const string KeyEnd = "-----END ";
    private const string Dashes = "-----";

    private static readonly string[] Forms =
    [
        // OpenAI, Anthropic, this gateway and others that follow them.
        @"\bsk-[A-Za-z0-9_-]{16,}",
        // GitHub, GitLab.
        @"\bgh[pousr]_[A-Za-z0-9]{30,}",
        @"\bgithub_pat_[A-Za-z0-9_]{22,}",
        @"\bglpat-[A-Za-z0-9_-]{20,}",
        // Slack, Stripe, Hugging Face, npm.
        @"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
        @"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",
        @"\bhf_[A-Za-z0-9]{30,}",
        @"\bnpm_[A-Za-z0-9]{36}",
        // JSON Web Tokens: the first two parts begin with '{"' in base64.
        @"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
        // Private keys, also those that are cut off.
        @"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY-----[A-Za-z0-9+/=\s:,-]*",
    ];

    public static string Pattern { get; } = string.Join('|', Forms.Select(form => $"(?:{form})"));

    /// <summary>A private key ends with its last line; one that is not whole yet with the text, so that none of its rest is taken for something else.</summary>
    public static int Measure(ReadOnlySpan<char> candidate)
    {
        var end = candidate.IndexOf(KeyEnd);
        var close = end < 0 ? -1 : candidate[(end + KeyEnd.Length)..].IndexOf(Dashes);
        return close < 0 ? candidate.Length : end + KeyEnd.Length + close + Dashes.Length;
    }
}
