namespace LlmGateway.Gateway.Guardrails.PersonalData;

/// <summary>Secrets that their makers gave a form by which they are known.</summary>
internal static class SecretForms
{
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

    /// <summary>White space behind a private key does not belong to it.</summary>
    public static int Measure(ReadOnlySpan<char> candidate) => candidate.TrimEnd().Length;
}
