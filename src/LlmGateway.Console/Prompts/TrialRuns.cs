namespace LlmGateway.Console.Prompts;

/// <summary>Both runs of a trial.</summary>
public sealed record TrialRuns(TrialRun Baseline, TrialRun Candidate)
{
    public bool IsOpen => Baseline.IsOpen || Candidate.IsOpen;

    public bool AreCompleted => Baseline.IsCompleted && Candidate.IsCompleted;
}

/// <summary>A trial that was begun.</summary>
public sealed record StartedTrial(TrialPlan Plan, string Eval, string Baseline, string Candidate);
