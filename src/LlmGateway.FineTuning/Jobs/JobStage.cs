using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>
/// What is to be done next for a job: the row's own status, beside the one that OpenAI's API has for it. Each stage ends with
/// one commit, and can be begun again at any point before it.
/// </summary>
internal static class JobStage
{
    /// <summary>Read the files, check them and give them to the backend. Shown as <c>validating_files</c>.</summary>
    public const string Preparing = "preparing";

    /// <summary>Make the backend's job. Shown as <c>queued</c>.</summary>
    public const string Starting = "starting";

    /// <summary>Follow the backend's job. Shown as the backend has it.</summary>
    public const string Training = "training";

    /// <summary>Make the model known to the gateway. Shown as <c>running</c>.</summary>
    public const string Registering = "registering";

    /// <summary>Cancel the backend's job. Shown as <c>cancelled</c>.</summary>
    public const string Cancelling = "cancelling";

    /// <summary>Publish the event. Shown as the job ended.</summary>
    public const string Announcing = "announcing";

    /// <summary>Nothing, until the caller resumes it. Shown as <c>queued</c>.</summary>
    public const string Held = "held";

    public const string Done = "done";

    /// <summary>Those that a worker takes.</summary>
    public static readonly IReadOnlyCollection<string> Open = [Preparing, Starting, Training, Registering, Cancelling, Announcing];

    /// <summary>Whether the job has ended, by its shown status.</summary>
    public static bool HasEnded(Job job) => FineTuningStatus.IsFinal(job.ShownStatus);
}
