using System.Globalization;
using LlmGateway.Evaluation.Comparisons;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>
/// The ladder as SVG: what the stack scores with each change put upon the last, and below it what each change was worth. Gains and
/// losses differ in sign and in colour, a blue and an orange that all kinds of sight tell apart (after Okabe and Ito); what was not
/// shown is hollow. It follows the reader's light or dark scheme.
/// </summary>
internal static class LadderPicture
{
    private const int Width = 800;
    private const int PlotLeft = 220;
    private const int PlotWidth = 320;
    private const int TextLeft = 556;
    private const int RungHeight = 46;
    private const int ChangeHeight = 34;
    private const int Top = 84;
    private const int BetweenPanels = 92;
    private const int LongestName = 28;

    private const string Style = """
        <style>
        .paper{fill:#fff}.ink{fill:#1b1b1b}.soft{fill:#5c5c5c}.grid{stroke:#e2e2e2}.zero{stroke:#8a8a8a}.whisker{stroke:#1b1b1b}.step{stroke:#8a8a8a}
        .gain{fill:#0072b2;stroke:#0072b2}.loss{fill:#d55e00;stroke:#d55e00}.hollow{fill-opacity:.12}
        @media (prefers-color-scheme:dark){
        .paper{fill:#16181c}.ink{fill:#ececec}.soft{fill:#a8a8a8}.grid{stroke:#2f3238}.zero{stroke:#7d7d7d}.whisker{stroke:#ececec}.step{stroke:#7d7d7d}
        .gain{fill:#2f86c1;stroke:#2f86c1}.loss{fill:#d1700f;stroke:#d1700f}}
        </style>
        """;

    public static string Draw(AttributionView view, AttributionResult result)
    {
        var ladderEnd = Top + (result.Ladder.Count * RungHeight);
        var changesTop = ladderEnd + BetweenPanels;
        var height = changesTop + (result.Changes.Count * ChangeHeight) + 44;
        var svg = new SvgWriter();
        svg.Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="system-ui, sans-serif" font-size="13" role="img">""");
        svg.Title($"What each change was worth: {view.Name}");
        svg.Line($"{Style}");
        svg.Line($"""<rect class="paper" width="100%" height="100%"/>""");
        svg.Text(16, 30, "ink", $"What each change was worth: {Shortened(view.Name, 60)}", size: 17, bold: true);
        svg.Text(16, 52, "soft", $"scores of {Shortened(view.TestingCriterion, LongestName)} on {result.Items} items; lines are 95 % intervals; hollow: no difference shown");
        DrawLadder(svg, result, LadderAxis.OfScores(PlotLeft, PlotWidth, result.Ladder.Select(rung => rung.Score)), ladderEnd);
        svg.Text(16, changesTop - 26, "ink", Heading(result), size: 15, bold: true);
        DrawChanges(svg, result, LadderAxis.OfEffects(PlotLeft, PlotWidth, result.Changes.Select(Effect)), changesTop);
        svg.Line($"</svg>");
        return svg.ToString();
    }

    private static void DrawLadder(SvgWriter svg, AttributionResult result, LadderAxis axis, int end)
    {
        DrawAxis(svg, axis, Top - 6, end);
        svg.Text(TextLeft, Top - 4, "soft", "score");
        svg.Text(TextLeft + 56, Top - 4, "soft", "more than the one above");
        for (var step = 0; step < result.Ladder.Count; step++)
        {
            var (rung, middle) = (result.Ladder[step], Top + (step * RungHeight) + 18);
            var before = step == 0 ? axis.Low > 0 ? axis.Low : 0 : result.Ladder[step - 1].Score.Value!.Value;
            svg.Text(16, middle + 5, "ink", $"{(step == 0 ? "" : "+ ")}{Shortened(rung.Name, LongestName)}");
            DrawBar(svg, axis, before, rung.Score.Value!.Value, middle, 26, step == 0 ? "step" : ClassOf(rung.Gain!, IsShown(rung.Gain!)));
            DrawWhisker(svg, axis, rung.Score, middle);
            if (step > 0)
            {
                svg.Line($"""<line class="step" x1="{axis.At(before)}" x2="{axis.At(before)}" y1="{middle - RungHeight + 13}" y2="{middle - 13}" stroke-dasharray="2 3"/>""");
            }

            svg.Text(TextLeft, middle + 5, "ink", Number(rung.Score.Value!.Value), bold: true);
            svg.Text(TextLeft + 56, middle + 5, "soft", rung.Gain is { } gain ? Signed(gain) : "");
        }
    }

    private static void DrawChanges(SvgWriter svg, AttributionResult result, LadderAxis axis, int top)
    {
        var end = top + (result.Changes.Count * ChangeHeight);
        DrawAxis(svg, axis, top - 8, end);
        svg.Line($"""<line class="zero" x1="{axis.At(0)}" x2="{axis.At(0)}" y1="{top - 8}" y2="{end}"/>""");
        foreach (var (row, change) in result.Changes.Index())
        {
            var (effect, middle) = (Effect(change), top + (row * ChangeHeight) + 13);
            svg.Text(16, middle + 5, "ink", Shortened(change.Name, LongestName));
            DrawBar(svg, axis, 0, effect.Value!.Value, middle, 18, ClassOf(effect, change.Verdict != CriterionComparer.NoDifferenceShown));
            DrawWhisker(svg, axis, effect, middle);
            svg.Text(TextLeft, middle + 5, "ink", Signed(effect));
        }
    }

    private static void DrawAxis(SvgWriter svg, LadderAxis axis, int top, int end)
    {
        foreach (var tick in axis.Ticks)
        {
            svg.Line($"""<line class="grid" x1="{axis.At(tick)}" x2="{axis.At(tick)}" y1="{top}" y2="{end}"/>""");
            svg.Text(axis.At(tick), end + 18, "soft", axis.IsShare ? $"{tick * 100:0.#} %" : $"{tick:0.###;−0.###;0}", anchor: "middle");
        }
    }

    private static void DrawBar(SvgWriter svg, LadderAxis axis, double from, double to, int middle, int height, string look)
    {
        var (left, right) = (axis.At(Math.Min(from, to)), axis.At(Math.Max(from, to)));
        var fill = look == "step" ? "soft hollow" : look;
        svg.Line($"""<rect class="{fill}" x="{left}" y="{middle - (height / 2)}" width="{Math.Max(1, right - left):0.#}" height="{height}" rx="2"/>""");
    }

    private static void DrawWhisker(SvgWriter svg, LadderAxis axis, Estimate estimate, int middle)
    {
        if (estimate is { Low: { } low, High: { } high })
        {
            var (left, right) = (axis.At(low), axis.At(high));
            svg.Line($"""<path class="whisker" d="M{left} {middle - 5}V{middle + 5}M{left} {middle}H{right}M{right} {middle - 5}V{middle + 5}" stroke-width="1.6" fill="none"/>""");
        }
    }

    private static string Heading(AttributionResult result) => result.Changes[0] switch
    {
        { Shapley: not null } => $"Each change's share of the {Signed(result.TotalEffect)} (Shapley value)",
        { LeaveOneOut: not null } => "What the whole stack loses without each change",
        _ => "What the base gains by each change alone",
    };

    private static Estimate Effect(ChangeEffects change) => (change.Shapley ?? change.LeaveOneOut ?? change.AddOneIn)!;

    /// <summary>A gain of the ladder has no test of its own: its interval tells.</summary>
    private static bool IsShown(Estimate gain) => gain.Low > 0 || gain.High < 0;

    private static string ClassOf(Estimate effect, bool isShown) => $"{(effect.Value < 0 ? "loss" : "gain")}{(isShown ? "" : " hollow")}";

    private static string Signed(Estimate estimate) => estimate is { Low: { } low, High: { } high }
        ? $"{Change(estimate.Value!.Value)} [{Change(low)}, {Change(high)}]"
        : Change(estimate.Value!.Value);

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Change(double value) => value.ToString("+0.000;−0.000;0.000", CultureInfo.InvariantCulture);

    private static string Shortened(string text, int length) => text.Length <= length ? text : $"{text[..(length - 1)]}…";
}
