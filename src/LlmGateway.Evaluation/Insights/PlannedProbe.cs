namespace LlmGateway.Evaluation.Insights;

/// <summary>A probe as it was decided on when the insight was made.</summary>
/// <param name="Kind">One of <see cref="ProbeKind"/>.</param>
/// <param name="RunId">The run that measures it, whose id is given before there is one, so that it is made once; null where nothing is run.</param>
/// <param name="DataSource">How that run asks, without its items: a data source's JSON less the source; null where nothing is run.</param>
/// <param name="Needs">What the request would have to give; null where the probe is measured.</param>
internal sealed record PlannedProbe(string Kind, string? RunId, string? DataSource, string? Needs)
{
    /// <summary>Why it could not be run after all; null if it could.</summary>
    public string? Failure { get; init; }
}
