namespace LlmGateway.FineTuning.Jobs;

/// <summary>Why a job waits for somebody.</summary>
internal static class JobHold
{
    /// <summary>Until it is resumed.</summary>
    public const string Paused = "paused";

    /// <summary>Until somebody approves what it will cost.</summary>
    public const string Approval = "approval";
}
