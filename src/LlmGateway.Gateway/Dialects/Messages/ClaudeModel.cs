using System.Text.RegularExpressions;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>
/// What a model of Anthropic's takes, by its name, as Anthropic's documentation has it (thinking, structured outputs, migration
/// guide). Models of other makers behind the same API are treated like the oldest.
/// </summary>
/// <param name="ThinksAdaptively">Its thinking is set by an effort; else by a budget of tokens.</param>
/// <param name="TakesFormat">It has <c>output_config.format</c> and strict tools.</param>
/// <param name="TakesSampling">It has <c>temperature</c>, <c>top_p</c> and <c>top_k</c>.</param>
/// <param name="TakesOneOfTemperatureAndTopP">It refuses both together.</param>
/// <param name="HasExtraHigh">Its efforts have <c>xhigh</c> between <c>high</c> and <c>max</c>.</param>
internal sealed partial record ClaudeModel(
    bool ThinksAdaptively, bool TakesFormat, bool TakesSampling, bool TakesOneOfTemperatureAndTopP, bool HasExtraHigh)
{
    private static readonly ClaudeModel Oldest = new(false, false, true, false, false);
    private static readonly ClaudeModel Version4 = Oldest with { TakesOneOfTemperatureAndTopP = true };
    private static readonly ClaudeModel Version45 = Version4 with { TakesFormat = true };
    private static readonly ClaudeModel Version46 = Version45 with { ThinksAdaptively = true };
    private static readonly ClaudeModel Newest = Version46 with { TakesSampling = false, HasExtraHigh = true };

    public static ClaudeModel Of(string name)
    {
        if (!name.Contains("claude", StringComparison.OrdinalIgnoreCase))
        {
            return Oldest;
        }

        var match = Version().Match(name);
        var (major, minor) = match.Success
            ? (int.Parse(match.Groups["major"].ValueSpan), match.Groups["minor"].Success ? int.Parse(match.Groups["minor"].ValueSpan) : 0)
            : (int.MaxValue, 0);
        return (major, minor) switch
        {
            ( < 4, _) => Oldest,
            (4, < 5) => Version4,
            (4, 5) => Version45,
            (4, 6) => Version46,
            _ => Newest,
        };
    }

    /// <summary><c>claude-opus-4-1-20250805</c>, <c>claude-3-7-sonnet-latest</c>, <c>claude-sonnet-4.5</c>: a minor number has one or two digits, a date has eight.</summary>
    [GeneratedRegex(@"claude(?:-[a-z]+)*-(?<major>\d{1,2})(?:[-.](?<minor>\d{1,2}))?(?!\d)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
