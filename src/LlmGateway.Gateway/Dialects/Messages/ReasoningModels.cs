using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>Models that take <c>reasoning_effort</c>, by their names: others refuse a request that has it.</summary>
internal static partial class ReasoningModels
{
    public static bool TakesEffort(string model) => Known().IsMatch(model);

    [GeneratedRegex(@"(^|/)(o\d|gpt-[5-9]|gpt-oss|codex|gemini-([3-9]|2\.5)|grok-(3-mini|4)|magistral|deepseek-v[4-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Known();
}
