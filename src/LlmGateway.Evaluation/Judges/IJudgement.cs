using LlmGateway.Evaluation.Graders;

namespace LlmGateway.Evaluation.Judges;

/// <summary>What a judge is asked about an item, and what its answers come to.</summary>
internal interface IJudgement
{
    /// <summary>Its fixed words, which are part of what the scores mean: a judge's version is made of them too.</summary>
    string Prompt { get; }

    /// <summary>Whether scores are only 0 and 1.</summary>
    bool IsBinary { get; }

    /// <exception cref="Models.ModelException">The judge did not answer, or with what cannot be read.</exception>
    Task<Grade> JudgeAsync(JudgeSession session, GradedItem item);
}
