using System.ComponentModel.DataAnnotations;

namespace LlmGateway.FineTuning.Backends;

/// <summary>A program that trains, and what it may use. Its contract is in docs/fine-tuning/backends.md.</summary>
public sealed class TrainerOptions
{
    /// <summary>
    /// The program and its arguments, each by itself: no shell reads them. In each, <c>{config}</c> stands for the path of the job's
    /// configuration, <c>{data}</c> and <c>{output}</c> for its folders, and <c>{resume}</c> for true or false.
    /// </summary>
    public List<string> Command { get; init; } = [];

    /// <summary>A container's image in which the command is run; null, the default, runs it on this machine.</summary>
    public string? Image { get; set; }

    /// <summary>The program that runs containers, by Docker's command line. The default is docker.</summary>
    public string Engine { get; set; } = "docker";

    /// <summary>Further arguments of the engine's run, such as <c>--gpus</c> and <c>all</c>. Empty by default.</summary>
    public List<string> EngineArguments { get; init; } = [];

    /// <summary>Variables of the trainer's environment, which else has PATH, HOME and LANG alone. Empty by default.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>How long a run may take before it is stopped. The default is one day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "30.00:00:00")]
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How large a job's folder, with data, output and logs, may grow before the run is stopped. The default is 50 GB.</summary>
    [Range(1L << 10, 1L << 50)]
    public long MaxDiskBytes { get; set; } = 50L << 30;

    /// <summary>Runs at the same time; further jobs are queued. The default is 1.</summary>
    [Range(1, 64)]
    public int MaxRuns { get; set; } = 1;

    /// <summary>How long a trainer that is told to stop has to save, before it is killed. The default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Folders of ended jobs that are kept, the newest; an older one goes when a new job begins. The default is 20.</summary>
    [Range(1, 10_000)]
    public int KeptJobs { get; set; } = 20;

    /// <summary>How often a run that was killed from outside, as with its machine, is started again to go on from its output. The default is 0: the job fails.</summary>
    [Range(0, 100)]
    public int Restarts { get; set; }
}
