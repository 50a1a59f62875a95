using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Retrieval.Examples;

/// <summary>What examples may take.</summary>
public sealed class ExampleSetOptions
{
    public const string Section = "Retrieval";

    /// <summary>What the copies of dataset versions may take in memory, in bytes; one may take a quarter of it. The default is 256 MiB.</summary>
    [Range(4 << 20, 16L << 30)]
    public long ExampleBytes { get; set; } = 256 << 20;

    /// <summary>Most items of a version that is chosen from; the default is 50,000.</summary>
    [Range(1, 1_000_000)]
    public int ExampleItems { get; set; } = 50_000;
}
