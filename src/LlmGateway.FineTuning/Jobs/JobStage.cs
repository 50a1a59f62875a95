using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>
/// What is to be done next for a job: the row's own status, beside the one that OpenAI's API has for it. Each stage ends with
/// one commit, and can be begun again at any point before it.
/// </summary>
internal static class JobStage
{
    /// <summary>Look at the data, and at what it will cost. Shown as <c>validating_files</c>.</summary>
    public const string Preparing = "preparing";

    /// <summary>Give the data to the backend. Shown as <c>queued</c>.</summary>
    public const string Uploading = "uploading";

    /// <summary>Make the backend's job. Shown as <c>queued</c>.</summary>
    public const string Starting = "starting";

    /// <summary>Follow the backend's job. Shown as the backend has it.</summary>
    public const string Training = "training";

    /// <summary>Keep the metrics as a file. Shown as <c>running</c>.</summary>
    public const string Recording = "recording";

    /// <summary>Make the model known to the gateway. Shown as <c>running</c>.</summary>
    public const string Registering = "registering";

    /// <summary>Cancel the backend's job. Shown as <c>cancelled</c>.</summary>
    public const string Cancelling = "cancelling";

    /// <summary>Publish the event. Shown as the job ended.</summary>
    public const string Announcing = "announcing";

    /// <summary>Compare the model with its base. Shown as <c>succeeded</c>.</summary>
    public const string Evaluating = "evaluating";

    /// <summary>Nothing, until the caller resumes or approves it. Shown as <c>queued</c>.</summary>
    public const string Held = "held";

    public const string Done = "done";

    /// <summary>Those that a worker takes.</summary>
    public static readonly IReadOnlyCollection<string> Open = [Preparing, Uploading, Starting, Training, Recording, Registering, Cancelling, Announcing, Evaluating];

    /// <summary>Those in which nothing was paid for yet.</summary>
    public static readonly string[] Unpaid = [Preparing, Uploading, Starting];

    /// <summary>Whether the job has ended, by its shown status.</summary>
    public static bool HasEnded(Job job) => FineTuningStatus.IsFinal(job.ShownStatus);
}
