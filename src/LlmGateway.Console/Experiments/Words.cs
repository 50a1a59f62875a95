using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Experiments;

/// <summary>The API's words, as a person says them.</summary>
internal static class Words
{
    public static string Kind(string allocation) => allocation switch
    {
        "canary" => "Canary, in growing steps",
        "adaptive" => "A/B, more to what does better",
        _ => "A/B, fixed shares",
    };

    public static string Verdict(string verdict) => verdict switch
    {
        "better" => "better",
        "worse" => "worse",
        "kept" => "not worse than borne",
        "open" => "open",
        _ => "no interval yet",
    };

    /// <summary>The badge's colour.</summary>
    public static string VerdictBadge(string verdict) => verdict switch { "better" or "kept" => "good", "worse" => "bad", "open" => "busy", _ => "plain" };

    public static string Alarm(string kind) => kind switch
    {
        "sample_ratio" => "Sample ratio: units are not given out as the weights say. Look for calls of one variant that are lost before the log, or a gateway with old weights.",
        "a_a" => "A/A: the two halves of one variant differ by the goal. Look for a metric that is sent twice or late for some, or one caller with most calls.",
        _ => kind,
    };

    public static string Weights(IReadOnlyDictionary<string, double>? weights, string between = ", ") =>
        weights is null ? Figures.Unknown : string.Join(between, weights.Select(one => $"{one.Key} {Figures.Percent(one.Value)}"));

    /// <summary>How a metric's mean is written; the gateway's own have units.</summary>
    public static string Format(string metric) => metric switch
    {
        "cost_usd" => "$0.00000#",
        "latency_ms" => "0.0 ms",
        _ => "0.####",
    };

    /// <summary>How a difference of a metric's means is written.</summary>
    public static string DifferenceFormat(string metric) => metric switch
    {
        "cost_usd" => Measured.UsdDifference,
        "latency_ms" => Measured.MillisecondsDifference,
        _ => Measured.Difference,
    };

    public static string Better(string? optimize) => optimize == "min" ? "less is better" : "more is better";
}
