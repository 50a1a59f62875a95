using System.ComponentModel.DataAnnotations;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Batches;

/// <summary>How much work batches may be to this gateway. Read at the start.</summary>
public sealed class BatchOptions : OwnCallOptions
{
    /// <summary>Requests that a batch may hold; the default is 50,000, as at OpenAI.</summary>
    [Range(1, 1_000_000)]
    public int MaxRequests { get; set; } = 50_000;

    /// <summary>Largest input file, in bytes; the default is 200 MiB, as at OpenAI.</summary>
    [Range(1024, 512 << 20)]
    public int MaxFileBytes { get; set; } = 200 << 20;

    /// <summary>Batches of a project that may be open at once; the default is 50.</summary>
    [Range(1, 10_000)]
    public int MaxOpenPerProject { get; set; } = 50;

    /// <summary>Calls of one batch at once; the default is 16.</summary>
    [Range(1, 1024)]
    public int Concurrency { get; set; } = 16;

    /// <summary>Calls of all batches at once in this process; the default is 64.</summary>
    [Range(1, 4096)]
    public int ReplicaConcurrency { get; set; } = 64;

    /// <summary>How batches are held by the process that works on them.</summary>
    public LeaseOptions Leases { get; init; } = new();
}
