namespace LlmGateway.Benchmarks.Gateway;

/// <summary>What the command line chose.</summary>
/// <param name="Quick">1 s runs, three repeats.</param>
/// <param name="WithGateway">False measures the yardsticks only.</param>
/// <param name="Markdown">File whose part between the markers is replaced; null for none.</param>
internal sealed record BenchmarkOptions(bool Quick, bool WithGateway, string? Markdown)
{
    public int Repeats => Quick ? 3 : 5;

    public TimeSpan SmallRun => TimeSpan.FromSeconds(Quick ? 1 : 3);

    public TimeSpan LargeRun => TimeSpan.FromSeconds(Quick ? 1 : 2);

    /// <summary>Requests of a lone caller, a run.</summary>
    public int LoneRequests => Quick ? 1_000 : 3_000;

    /// <summary>Streams of a lone caller, a fifth of a second each, a run.</summary>
    public int LoneStreams => Quick ? 20 : 40;

    public static BenchmarkOptions Parse(string[] options)
    {
        var at = Array.IndexOf(options, "--markdown");
        return new BenchmarkOptions(
            options.Contains("--quick"),
            !options.Contains("--without-gateway"),
            at >= 0 && at + 1 < options.Length ? options[at + 1] : null);
    }
}
