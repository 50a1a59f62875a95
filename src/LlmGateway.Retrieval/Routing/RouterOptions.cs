using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Retrieval.Routing;

/// <summary>What routers may take.</summary>
public sealed class RouterOptions
{
    public const string Section = "Retrieval";

    /// <summary>A classifier's weights may take this part of <see cref="RouterBytes"/>.</summary>
    internal const int Parts = 16;

    /// <summary>Most routers of a project; the default is 100.</summary>
    [Range(1, 10_000)]
    public int ProjectRouters { get; set; } = 100;

    /// <summary>
    /// What the copies of routers' classifiers may take in memory, in bytes; the weights of one may take a sixteenth of it, for which
    /// training leaves out the rarest features. The default is 256 MiB.
    /// </summary>
    [Range(4 << 20, 4L << 30)]
    public long RouterBytes { get; set; } = 256 << 20;

    /// <summary>Weights of one classifier at most.</summary>
    internal int MostWeights => (int)(RouterBytes / Parts / sizeof(float));
}
