namespace LlmGateway.Evaluation.Experiments;

/// <summary>
/// An experiment as SVG: above how the goal's intervals narrowed over the units of the present stage, below each metric's interval now. Its
/// colours are of Okabe and Ito's palette, which colour-blind people tell apart; it follows the reader's light or dark scheme.
/// </summary>
internal static class ResultsPicture
{
    private const int Width = 800;
    private const int RowsTop = SequencePlot.Bottom + 84;
    private const int RowHeight = 26;
    private const int RowsLeft = 300;
    private const int RowsWidth = 300;
    private const int LongestName = 40;

    private const string Style = """
        <style>
        .paper{fill:#fff}.panel{fill:#f7f7f7;stroke:#ccc}.ink{fill:#1b1b1b}.soft{fill:#5c5c5c}.grid{stroke:#dcdcdc}.zero{stroke:#8a8a8a}
        .a0{fill:#0072b2;stroke:#0072b2}.a1{fill:#d55e00;stroke:#d55e00}.a2{fill:#009e73;stroke:#009e73}.a3{fill:#cc79a7;stroke:#cc79a7}
        @media (prefers-color-scheme:dark){
        .paper{fill:#16181c}.panel{fill:#1e2126;stroke:#3a3e46}.ink{fill:#ececec}.soft{fill:#a8a8a8}.grid{stroke:#33373e}.zero{stroke:#7d7d7d}
        .a0{fill:#56b4e9;stroke:#56b4e9}.a1{fill:#e69f00;stroke:#e69f00}.a2{fill:#2bc99b;stroke:#2bc99b}.a3{fill:#e0a3c4;stroke:#e0a3c4}}
        </style>
        """;

    public static string Draw(ResultsView view, ExperimentReport look)
    {
        var height = RowsTop + (look.Comparisons.Count * RowHeight) + 20;
        var svg = new SvgWriter();
        svg.Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="system-ui, sans-serif" font-size="13" role="img">""");
        svg.Title($"Experiment {view.Id}");
        svg.Line($"{Style}");
        svg.Line($"""<rect class="paper" width="100%" height="100%"/>""");
        svg.Text(16, 30, "ink", $"Stage {look.Stage}, {look.Allocation}: {Heading(view, look)}", size: 17, bold: true);
        var treatments = look.Comparisons.Select(comparison => comparison.Treatment).Distinct().ToList();
        new SequencePlot(svg, treatments, view.Stages.FirstOrDefault(stage => stage.Stage == look.Stage)?.Looks ?? []).Draw();
        svg.Text(16, RowsTop - 26, "ink", "Each variant less the control now, as a share of the widest; what is worse lies to the right", bold: true);
        foreach (var (place, comparison) in look.Comparisons.Index())
        {
            DrawRow(svg, comparison, treatments.IndexOf(comparison.Treatment), RowsTop + (place * RowHeight));
        }

        svg.Line($"</svg>");
        return svg.ToString();
    }

    /// <summary>The class of a treatment's colour.</summary>
    public static string Look(int treatment) => $"a{treatment % 4}";

    private static string Heading(ResultsView view, ExperimentReport look) =>
        view.LastDecision is { } decision && (view.Status == WatchStatus.Ended || decision.Stage == look.Stage) ? decision.Action.Replace('_', ' ')
        : look.Alarms.Count > 0 ? $"alarm {string.Join(", ", look.Alarms)}"
        : look.Waiting.Count > 0 ? "waiting"
        : "nothing decided yet";

    /// <summary>Metrics have units of their own, so that each row has a scale of its own: to its interval's or margin's farthest end.</summary>
    private static void DrawRow(SvgWriter svg, ComparisonReport comparison, int treatment, int y)
    {
        var sign = comparison.Optimize == "min" ? 1 : -1;
        svg.Text(RowsLeft - 14, y + 4, "ink", Shortened($"{comparison.Treatment}, {comparison.Metric}"), anchor: "end");
        svg.Text(RowsLeft + RowsWidth + 14, y + 4, "soft", comparison.Verdict);
        if (comparison is not { Difference: { } difference, Low: { } low, High: { } high })
        {
            return;
        }

        var reach = new[] { Math.Abs(low), Math.Abs(high), comparison.Margin }.Max();
        svg.Line($"""<path class="zero" d="M{X(0)} {y - 9}V{y + 9}"/><path class="zero" d="M{X(comparison.Margin)} {y - 9}V{y + 9}" stroke-dasharray="2 3"/>""");
        svg.Line($"""<path class="{Look(treatment)}" d="M{X(sign * low)} {y}H{X(sign * high)}" stroke-width="3"/><circle class="{Look(treatment)}" cx="{X(sign * difference)}" cy="{y}" r="5"/>""");

        double X(double worse) => Math.Round(RowsLeft + (RowsWidth / 2.0 * (1 + (reach > 0 ? worse / reach : 0))), 1);
    }

    private static string Shortened(string text) => text.Length <= LongestName ? text : $"{text[..(LongestName - 1)]}…";
}
