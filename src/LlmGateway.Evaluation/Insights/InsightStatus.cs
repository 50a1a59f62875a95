namespace LlmGateway.Evaluation.Insights;

/// <summary>Where an insight stands.</summary>
internal static class InsightStatus
{
    public const string Queued = "queued";

    /// <summary>Its probes run.</summary>
    public const string InProgress = "in_progress";

    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Canceled = "canceled";

    /// <summary>Those in which there is work left.</summary>
    public static readonly string[] Open = [Queued, InProgress];
}
