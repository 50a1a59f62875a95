using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>How experiments are watched.</summary>
public sealed class ExperimentOptions
{
    /// <summary>How often running experiments are looked at. The default is 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);
}
