namespace LlmGateway.Gateway.Background;

/// <summary>Where a response stands, by OpenAI's names.</summary>
internal static class BackgroundStatus
{
    public const string Queued = "queued";
    public const string InProgress = "in_progress";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Incomplete = "incomplete";
    public const string Cancelled = "cancelled";

    /// <summary>Those that a worker takes up.</summary>
    public static readonly string[] Open = [Queued, InProgress];

    /// <summary>Those that have what a model said.</summary>
    public static readonly string[] Answered = [Completed, Incomplete];
}
