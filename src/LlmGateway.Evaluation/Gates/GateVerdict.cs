namespace LlmGateway.Evaluation.Gates;

/// <summary>What a gate says. Inconclusive is neither: the items do not decide it.</summary>
internal static class GateVerdict
{
    public const string Pass = "pass";
    public const string Fail = "fail";
    public const string Inconclusive = "inconclusive";

    public static string Of(bool passed) => passed ? Pass : Fail;

    /// <summary>One failure fails all; else one doubt leaves all in doubt.</summary>
    public static string Worst(IEnumerable<string> verdicts)
    {
        var all = verdicts.ToList();
        return all.Contains(Fail) ? Fail : all.Contains(Inconclusive) ? Inconclusive : Pass;
    }
}
