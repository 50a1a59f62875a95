using System.ComponentModel.DataAnnotations;
using LlmGateway.Evaluation.Experiments;
using LlmGateway.Evaluation.Graders.Scripts;
using LlmGateway.Service;

namespace LlmGateway.Evaluation;

/// <summary>Section <c>Evaluation</c>.</summary>
public sealed class EvaluationOptions
{
    public const string Section = "Evaluation";

    /// <summary>Items of a run that a process samples and grades at the same time. The default is 8, from 1 to 256.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 8;

    /// <summary>Items of all runs that a process samples and grades at the same time. The default is 32, from 1 to 1,024.</summary>
    [Range(1, 1024)]
    public int ProcessConcurrency { get; set; } = 32;

    /// <summary>Outputs that a worker takes at a time. The default is 100, from 1 to 1,000.</summary>
    [Range(1, 1000)]
    public int BatchSize { get; set; } = 100;

    /// <summary>How often a model call is tried again after 429, 5xx or no answer. The default is 4, from 0 to 20.</summary>
    [Range(0, 20)]
    public int Retries { get; set; } = 4;

    /// <summary>The first pause between tries; each further one is twice as long, up to <see cref="LongestPause"/>. The default is 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Also the most that a <c>Retry-After</c> is obeyed. The default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a model may take to answer. The default is 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Items that a run may have. The default is 100,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxItems { get; set; } = 100_000;

    /// <summary>A run fails when its first so many samples all failed: the model cannot be reached, or does not exist. The default is 20.</summary>
    [Range(1, 10_000)]
    public int FailAfter { get; set; } = 20;

    /// <summary>A run fails when so many workers died on one of its batches. The default is 10.</summary>
    [Range(1, 1000)]
    public int MaxAttempts { get; set; } = 10;

    /// <summary>The model of the similarity metric <c>cosine</c>. The default is the embedded one, <c>local/embedding</c>.</summary>
    [Required]
    public string EmbeddingModel { get; set; } = "local/embedding";

    /// <summary>What the datasets that runs take examples and passages from may take in memory, in bytes. The default is 256 MB.</summary>
    [Range(0, long.MaxValue)]
    public long IndexBytes { get; set; } = 256 << 20;

    /// <summary>What runs graders in Python.</summary>
    public PythonOptions Python { get; set; } = new();

    /// <summary>How often an online rule looks for new calls. The default is 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan OnlineInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How experiments are watched.</summary>
    public ExperimentOptions Experiments { get; set; } = new();

    /// <summary>How workers hold runs.</summary>
    public LeaseOptions Leases { get; set; } = new();
}
