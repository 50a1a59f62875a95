using LlmGateway.Service;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>A job's own calls of other services, in the name of its project and key.</summary>
internal static class JobCaller
{
    public const string Purpose = "fine_tuning";

    public static Caller Of(Job job) => new(job.ProjectId, job.KeyId, Scopes.Data, Purpose);

    /// <summary>The same for comparing its model with the base: whoever may train a model may ask it what that brought.</summary>
    public static Caller ForEvaluation(Job job) => Of(job) with { Scopes = Scopes.Data | Scopes.Inference };
}
