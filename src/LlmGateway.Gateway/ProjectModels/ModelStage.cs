using LlmGateway.Gateway.Experiments;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>Where a fine-tuned model stands on its way to callers. Nobody sets it: aliases and experiments say it. A deleted one is retired.</summary>
internal static class ModelStage
{
    /// <summary>Only who names it calls it.</summary>
    public const string Candidate = "candidate";

    /// <summary>An experiment gives it to some callers.</summary>
    public const string Canary = "canary";

    /// <summary>An alias, or the winner of an experiment, gives it to callers.</summary>
    public const string Production = "production";

    public static string Of(FineTunedModel model, ProjectModelTable models, ProjectExperiments? experiments) =>
        models.AliasesOf(model.ProjectId).Any(alias => alias.Model == model.Id) || experiments?.Settled(model.Id) == true ? Production
        : experiments?.Tries(model.Id) == true ? Canary
        : Candidate;
}
