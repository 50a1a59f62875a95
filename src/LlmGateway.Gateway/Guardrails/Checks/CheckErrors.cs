namespace LlmGateway.Gateway.Guardrails.Checks;

/// <summary>Why a guardrail could not be checked; each is a metric's tag.</summary>
internal static class CheckErrors
{
    public const string Timeout = "timeout";
    public const string Away = "away";
    public const string InvalidAnswer = "invalid_answer";
    public const string TooLong = "too_long";
    public const string Unknown = "unknown_rule";
}
