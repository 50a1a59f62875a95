using LlmGateway.Evaluation.Insights;

namespace LlmGateway.Evaluation.Tests.Insights;

/// <summary>The table by which a failed item is labelled: one line for each of its rows, and for what stands before what.</summary>
public sealed class DiagnosisTests
{
    private const string Yes = "+";

    [Theory]
    [InlineData("", "unexplained")]
    [InlineData("+person", "label-or-grader")]
    [InlineData("-person", "unexplained")]
    [InlineData("-format +format_repaired", "behaviour-format")]
    [InlineData("+repeat", "unstable")]
    [InlineData("-format +format_asked", "behaviour-format")]
    [InlineData("-format -asked_format", "behaviour-format")]
    [InlineData("-format -format_asked +asked_format", "unexplained")]
    [InlineData("-gold +oracle_context", "context-missing")]
    [InlineData("-gold +retrieval", "context-missing")]
    [InlineData("+retrieval", "context-missing")]
    [InlineData("+gold +oracle_context", "context-noise")]
    [InlineData("+gold +fewer_passages", "context-noise")]
    [InlineData("-gold -oracle_context +closed_book", "context-noise")]
    [InlineData("+few_shot", "behaviour-reasoning")]
    [InlineData("+gold -oracle_context", "behaviour-reasoning")]
    [InlineData("-gold -oracle_context", "behaviour-reasoning")]
    [InlineData("-gold", "context-missing")]
    [InlineData("+gold", "unexplained")]
    // Direct evidence stands first, and what passes by itself shows nothing of a remedy.
    [InlineData("+person +repeat -gold +oracle_context", "label-or-grader")]
    [InlineData("-format +format_repaired +repeat", "behaviour-format")]
    [InlineData("+repeat -gold +oracle_context +few_shot", "unstable")]
    [InlineData("-gold +oracle_context +few_shot", "context-missing")]
    [InlineData("-gold -oracle_context +few_shot", "behaviour-reasoning")]
    public void A_failed_item_is_labelled_by_the_first_row_that_holds(string evidence, string label) =>
        Assert.Equal(label, Diagnosis.Label(Read(evidence)));

    private static Evidence Read(string evidence)
    {
        var marks = evidence.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(mark => mark[1..], mark => mark[..1] == Yes);
        return new Evidence(
            Find("person"), Find("gold"), Find("format"), Find("asked_format"), ProbeKind.All.ToDictionary(probe => probe, Find));

        bool? Find(string name) => marks.TryGetValue(name, out var value) ? value : null;
    }
}
