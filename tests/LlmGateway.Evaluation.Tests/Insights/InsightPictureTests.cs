using System.Xml.Linq;
using LlmGateway.Evaluation.Comparisons;
using LlmGateway.Evaluation.Insights;

namespace LlmGateway.Evaluation.Tests.Insights;

/// <summary>The picture and the report of an insight.</summary>
public sealed class InsightPictureTests
{
    [Fact]
    public void The_picture_is_whole_XML_with_the_place_the_causes_and_the_steps()
    {
        var words = XDocument.Parse(InsightPicture.Draw(Report())).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToList();
        Assert.Contains("context-missing", words);
        Assert.Contains("retrieval: +0.40 [+0.28, +0.52], measured", words);
        Assert.Contains("9 < 10 & so on", words);
        Assert.Contains("Why 20 failed items failed", words);
    }

    [Fact]
    public void The_report_names_the_steps_the_causes_and_what_was_not_measured()
    {
        var text = InsightMarkdown.Write(Report());
        Assert.Contains("| 1 | retrieval | context | +0.40 [+0.28, +0.52] | shown | 9 < 10 & so on |", text, StringComparison.Ordinal);
        Assert.Contains("| context-missing | context | 16 of 20 | 80 % [58, 92] | +0.40 [+0.29, +0.46] |", text, StringComparison.Ordinal);
        Assert.Contains("| oracle_context | 16 of 20 (80 %) | 10 of 10 (100 %) | +0.40 [+0.28, +0.52] |", text, StringComparison.Ordinal);
        Assert.Contains("- human was not measured. It needs labels.", text, StringComparison.Ordinal);
    }

    private static InsightReport Report()
    {
        var (share, gain, counts) = (ItemShares.Of(16, 20), new Estimate(0.4, 0.28, 0.52), new GradedCounts(20, 20, 0));
        return new InsightReport(
            "20 of 40 judged items failed.",
            counts,
            20,
            10,
            [
                new ProbeResult(ProbeKind.Human, "not_measured", null, "It needs labels.", null, null, null),
                new ProbeResult(ProbeKind.OracleContext, "measured", "evalrun_1", null, share, ItemShares.Of(10, 10), gain),
            ],
            [new FailureGroup(FailureLabel.ContextMissing, Axis.Context, share, share.OfAll(counts), ["outputitem_1"])],
            new AxisPosition(new Estimate(0.6, 0.5, 0.7), new Estimate(1, 0.9, 1)),
            [new NextStep(1, "retrieval", Axis.Context, NextStep.Shown, gain, ItemShares.Of(0, 10), "9 < 10 & so on", null, null)]);
    }
}
