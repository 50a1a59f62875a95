namespace LlmGateway.Evaluation.Insights;

/// <summary>
/// An insight as a picture: where the application stands between the axes of optimisation, why items failed, and the steps that are
/// recommended. Its colours are of Okabe and Ito's palette, which colour-blind people tell apart; it follows the reader's light or dark
/// scheme.
/// </summary>
internal static class InsightPicture
{
    private const int Width = 800;
    private const int BarsLeft = 556;
    private const int BarWidth = 130;
    private const int BarHeight = 20;
    private const int GroupHeight = 40;
    private const int StepHeight = 40;
    private const int StepsTop = AxisPlot.Bottom + 78;
    private const int MostSteps = 4;

    private const string Style = """
        <style>
        .paper{fill:#fff}.panel{fill:#f7f7f7;stroke:#ccc}.ink{fill:#1b1b1b}.soft{fill:#5c5c5c}.grid{stroke:#dcdcdc}.whisker{stroke:#1b1b1b}.inverse{fill:#fff}
        .label{fill:#5c5c5c;stroke:#f7f7f7;stroke-width:4px;paint-order:stroke}
        .context{fill:#0072b2}.behaviour{fill:#d55e00}.data{fill:#009e73}.none{fill:#8a8a8a}.context-line{stroke:#0072b2}.behaviour-line{stroke:#d55e00}
        @media (prefers-color-scheme:dark){
        .paper{fill:#16181c}.panel{fill:#1e2126;stroke:#3a3e46}.ink{fill:#ececec}.soft{fill:#a8a8a8}.grid{stroke:#33373e}.whisker{stroke:#ececec}.inverse{fill:#16181c}
        .label{fill:#a8a8a8;stroke:#1e2126}
        .context{fill:#56b4e9}.behaviour{fill:#e69f00}.data{fill:#2bc99b}.context-line{stroke:#56b4e9}.behaviour-line{stroke:#e69f00}}
        </style>
        """;

    public static string Draw(InsightReport report)
    {
        var steps = report.NextSteps.Take(MostSteps).ToList();
        var height = StepsTop + (steps.Count * StepHeight);
        var svg = new SvgWriter();
        svg.Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="system-ui, sans-serif" font-size="13" role="img">""");
        svg.Title("What to try next");
        svg.Line($"{Style}");
        svg.Line($"""<rect class="paper" width="100%" height="100%"/>""");
        svg.Text(16, 28, "ink", $"{report.Counts.Failed} of {report.Counts.Judged} items failed: what to try next", size: 17, bold: true);
        new AxisPlot(svg, report.Position).Draw(steps.Find(step => step.Verdict != NextStep.NotShown));
        DrawGroups(svg, report);
        foreach (var (place, step) in steps.Index())
        {
            DrawStep(svg, step, StepsTop + (place * StepHeight));
        }

        svg.Line($"</svg>");
        return svg.ToString();
    }

    private static void DrawGroups(SvgWriter svg, InsightReport report)
    {
        if (report.Groups.Count > 0)
        {
            svg.Text(BarsLeft - 146, AxisPlot.Top - 6, "ink", $"Why {report.Probed} failed items failed", bold: true);
        }

        foreach (var (place, group) in report.Groups.Index())
        {
            var y = AxisPlot.Top + 14 + (place * GroupHeight);
            var middle = y + (BarHeight / 2);
            var (low, high) = (BarsLeft + Bar(group.Share.Low), BarsLeft + Bar(group.Share.High));
            svg.Text(BarsLeft - 10, middle + 4, "ink", group.Label, anchor: "end");
            svg.Line($"""<rect class="{group.Axis ?? "none"}" x="{BarsLeft}" y="{y}" width="{Bar(group.Share.Value)}" height="{BarHeight}" rx="2"/>""");
            svg.Line($"""<path class="whisker" d="M{low} {middle - 5}V{middle + 5}M{low} {middle}H{high}M{high} {middle - 5}V{middle + 5}" stroke-width="1.5" fill="none"/>""");
            svg.Text(BarsLeft + BarWidth + 8, middle + 4, "ink", InsightText.Percent(group.Share), size: 12);
        }
    }

    private static void DrawStep(SvgWriter svg, NextStep step, int y)
    {
        var tried = step.Verdict switch
        {
            NextStep.Shown => ", measured",
            NextStep.NotShown => ", measured and not shown to help",
            _ => "",
        };
        svg.Line($"""<circle class="{(step.Verdict == NextStep.NotShown ? "none" : step.Axis)}" cx="28" cy="{y - 4}" r="11"/>""");
        svg.Text(28, y, "inverse", $"{step.Rank}", bold: true, anchor: "middle");
        svg.Text(48, y - 4, "ink", $"{step.Technique.Replace('_', ' ')}: {InsightText.Gain(step)}{tried}", bold: true);
        svg.Text(48, y + 13, "soft", step.Reason, size: 12);
    }

    private static double Bar(double? share) => Math.Round(BarWidth * (share ?? 0), 1);
}
