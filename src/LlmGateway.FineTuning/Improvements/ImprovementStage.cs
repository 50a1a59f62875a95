namespace LlmGateway.FineTuning.Improvements;

/// <summary>What is to be done next: the row's own status. Each stage does one or several of the steps that callers see, and can be begun again.</summary>
internal static class ImprovementStage
{
    /// <summary>Choose, clean and divide the calls.</summary>
    public const string Selecting = "selecting";

    /// <summary>Look at the data, estimate, and train.</summary>
    public const string Training = "training";

    /// <summary>Compare the model with its base.</summary>
    public const string Evaluating = "evaluating";

    /// <summary>Find out what each technique is worth.</summary>
    public const string Crediting = "crediting";

    /// <summary>Give it to callers by steps.</summary>
    public const string Canarying = "canarying";

    /// <summary>Nothing, until somebody approves the canary.</summary>
    public const string Held = "held";

    /// <summary>It was cancelled: end what it has under way elsewhere.</summary>
    public const string Cancelling = "cancelling";

    public const string Done = "done";

    /// <summary>Those that a worker takes.</summary>
    public static readonly IReadOnlyCollection<string> Open = [Selecting, Training, Evaluating, Crediting, Canarying, Cancelling];
}

/// <summary>How an improvement is, for callers.</summary>
internal static class ImprovementStatus
{
    public const string Running = "running";
    public const string WaitingForApproval = "waiting_for_approval";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public static bool HasEnded(string status) => status is Completed or Failed or Cancelled;
}

/// <summary>What came of an improvement that went to its end.</summary>
internal static class ImprovementOutcome
{
    /// <summary>The new model answers all calls of the route.</summary>
    public const string Promoted = "promoted";

    /// <summary>The canary was worse, and its calls went back to what answered before.</summary>
    public const string RolledBack = "rolled_back";

    /// <summary>The new model was not shown to be better on held-out examples, and no caller saw it.</summary>
    public const string NotBetter = "not_better";

    /// <summary>The canary was ended by hand, or without a difference.</summary>
    public const string NotPromoted = "not_promoted";
}
