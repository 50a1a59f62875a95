namespace LlmGateway.Gateway.Batches;

/// <summary>What is to be done with a batch next: its row's status. Those that callers see have OpenAI's names.</summary>
internal static class BatchStage
{
    public const string Validating = "validating";
    public const string InProgress = "in_progress";

    /// <summary>No more calls are made; the files are written.</summary>
    public const string Finalizing = "finalizing";

    /// <summary>As <see cref="Finalizing"/>, once the worker has seen it.</summary>
    public const string Cancelling = "cancelling";

    /// <summary>It has ended, and the event is to be published.</summary>
    public const string Announcing = "announcing";

    public const string Done = "done";

    /// <summary>Those that a worker takes up.</summary>
    public static readonly string[] Open = [Validating, InProgress, Finalizing, Cancelling, Announcing];

    /// <summary>Those of a batch that callers see as ended.</summary>
    public static readonly string[] Ended = [Announcing, Done];
}

/// <summary>How a batch ended, by OpenAI's names.</summary>
internal static class BatchEnding
{
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Expired = "expired";
    public const string Cancelled = "cancelled";
}
