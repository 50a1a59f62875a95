namespace LlmGateway.Cli;

/// <summary>What a CI job decides by.</summary>
internal static class ExitCode
{
    /// <summary>It passed, is better, or was done.</summary>
    public const int Pass = 0;

    /// <summary>It failed, or is worse.</summary>
    public const int Fail = 1;

    /// <summary>The items do not decide it, or show no difference.</summary>
    public const int Inconclusive = 2;

    /// <summary>The command line or a file is wrong, the gateway refuses or is away, or a run ended without results.</summary>
    public const int Error = 3;

    /// <summary>Of a gate's verdict.</summary>
    public static int Of(string verdict) => verdict switch
    {
        "pass" => Pass,
        "fail" => Fail,
        _ => Inconclusive,
    };
}
