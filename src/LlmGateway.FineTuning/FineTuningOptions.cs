using System.ComponentModel.DataAnnotations;
using LlmGateway.FineTuning.Backends;
using LlmGateway.Service;

namespace LlmGateway.FineTuning;

/// <summary>Section <c>FineTuning</c>.</summary>
public sealed class FineTuningOptions
{
    public const string Section = "FineTuning";

    /// <summary>
    /// Where models are trained, by name; a model <c>name/model</c> is trained at the backend <c>name</c>. <c>local</c>, the
    /// local model, is always there; <c>openai</c> is where <c>OPENAI_API_KEY</c> is set.
    /// </summary>
    public Dictionary<string, BackendOptions> Backends { get; init; } = [];

    /// <summary>The pause before a backend is asked again how a job is, at first; it grows up to <see cref="LongestPoll"/>. The default is 500 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan FirstPoll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LongestPoll { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a job may take, and how long a backend that does not answer is asked again, before the job fails. The default is 3 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "30.00:00:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromDays(3);

    /// <summary>The largest training or validation file. The default is 100 MB, up to OpenAI's 512 MB.</summary>
    [Range(1 << 10, 512 << 20)]
    public long MaxFileBytes { get; set; } = 100 << 20;

    /// <summary>
    /// What a project's jobs may cost in a calendar month (UTC), in USD, 0 to 1,000,000; over it a job waits for approval. <c>*</c> is for
    /// every project that is not named. Empty, the default, means that nothing is limited.
    /// </summary>
    public Dictionary<string, decimal> Budgets { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How jobs are held; a job holds a worker while its backend trains. The default is 16 at a time.</summary>
    public LeaseOptions Leases { get; init; } = new() { Workers = 16 };

    /// <summary>A project's budget in USD; null for none.</summary>
    internal decimal? BudgetOf(string project) =>
        Budgets.TryGetValue(project, out var own) || Budgets.TryGetValue("*", out own) ? own : null;
}
