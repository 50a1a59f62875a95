namespace LlmGateway.Evaluation.Insights;

/// <summary>
/// Labels a failed item by what was measured of it: the first row that holds decides. Direct evidence stands before remedies that
/// worked, and these before what is concluded from a remedy that did not.
/// </summary>
internal static class Diagnosis
{
    private static readonly (string Label, Func<Evidence, bool> Holds)[] Rows =
    [
        (FailureLabel.LabelOrGrader, item => item.PersonAccepts == true),
        (FailureLabel.BehaviourFormat, item => item.HasFormat == false && item.Passes(ProbeKind.FormatRepaired)),
        (FailureLabel.Unstable, item => item.Passes(ProbeKind.Repeat)),
        (FailureLabel.BehaviourFormat, item => item.HasFormat == false && (item.Passes(ProbeKind.FormatAsked) || item.HasFormatWhenAsked == false)),
        (FailureLabel.ContextMissing, item => item.GoldInContext == false && item.Passes(ProbeKind.OracleContext)),
        (FailureLabel.ContextMissing, item => item.GoldInContext != true && item.Passes(ProbeKind.Retrieval)),
        (FailureLabel.ContextNoise, item => item.GoldInContext == true && item.Passes(ProbeKind.OracleContext)),
        (FailureLabel.ContextNoise, item => item.Passes(ProbeKind.FewerPassages) || item.Passes(ProbeKind.ClosedBook)),
        (FailureLabel.BehaviourReasoning, item => item.Passes(ProbeKind.FewShot)),
        (FailureLabel.BehaviourReasoning, item => item.Outcome(ProbeKind.OracleContext) == false),
        (FailureLabel.ContextMissing, item => item.GoldInContext == false),
    ];

    public static string Label(Evidence evidence) =>
        Rows.FirstOrDefault(row => row.Holds(evidence)) is { Label: { } label } ? label : FailureLabel.Unexplained;
}
