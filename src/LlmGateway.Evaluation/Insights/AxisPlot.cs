namespace LlmGateway.Evaluation.Insights;

/// <summary>
/// The two axes of optimisation: upwards what the model needs to know, to the right how it needs to act. The place on each is the share
/// of items that do not fail for it, and an arrow shows what the next step is expected to gain.
/// </summary>
internal sealed class AxisPlot(SvgWriter svg, AxisPosition? position)
{
    public const int Top = 64;
    public const int Bottom = Top + Side;
    private const int Left = 74;
    private const int Side = 300;
    private const int Middle = Left + (Side / 2);

    /// <summary>Shorter arrows could not be seen.</summary>
    private const double ShortestArrow = 16;

    /// <summary>Both axes begin as high as they may for the place to keep off their beginning.</summary>
    private static readonly double[] Floors = [0.98, 0.95, 0.9, 0.8, 0.5, 0];

    private const double Margin = 0.15;

    private readonly double _floor = Floors.First(floor => floor == 0 || Lowest(position) - floor >= Margin * (1 - floor));

    public void Draw(NextStep? next)
    {
        DrawFrame();
        if (position is { } place)
        {
            var (x, y) = (X(place.Behaviour.Value), Y(place.Context.Value));
            svg.Line($"""<path class="whisker" d="M{X(place.Behaviour.Low)} {y}H{X(place.Behaviour.High)}M{x} {Y(place.Context.Low)}V{Y(place.Context.High)}" stroke-width="1.5" stroke-opacity="0.6"/>""");
            DrawArrow(x, y, next);
            svg.Line($"""<circle class="ink" cx="{x}" cy="{y}" r="6"/>""");
        }

        DrawTechniques();
    }

    private void DrawFrame()
    {
        svg.Line($"""<rect class="panel" x="{Left}" y="{Top}" width="{Side}" height="{Side}"/>""");
        svg.Line($"""<path class="grid" d="M{Middle} {Top}V{Bottom}M{Left} {Top + (Side / 2)}H{Left + Side}"/>""");
        foreach (var tick in new[] { _floor, (1 + _floor) / 2, 1 })
        {
            svg.Text(X(tick), Bottom + 18, "soft", $"{100 * tick:0.#} %", size: 12, anchor: "middle");
            svg.Text(Left - 8, Y(tick) + 4, "soft", $"{100 * tick:0.#} %", size: 12, anchor: "end");
        }

        svg.Text(Middle, Top - 10, "soft", "share of items that do not fail for it", size: 12, anchor: "middle");
        svg.Text(Middle, Bottom + 38, Axis.Behaviour, "behaviour: how it needs to act →", bold: true, anchor: "middle");
        svg.Line($"""<g transform="translate(22 {Top + (Side / 2)}) rotate(-90)">""");
        svg.Text(0, 0, Axis.Context, "context: what it needs to know →", bold: true, anchor: "middle");
        svg.Line($"</g>");
    }

    /// <summary>
    /// What to try where. The words stand below the diagonal, which no place is under unless the axes begin above 0, since an item fails
    /// for one of the two; and they have a rim, so that they can be read upon a line.
    /// </summary>
    private void DrawTechniques()
    {
        svg.Text(Left + 10, Bottom - 12, "label", "prompt", size: 12);
        svg.Text(Left + 10, Top + (Side / 2) - 10, "label", "retrieval, reranking", size: 12);
        svg.Text(Middle + 10, Bottom - 28, "label", "few-shot,", size: 12);
        svg.Text(Middle + 10, Bottom - 12, "label", "fine-tuning", size: 12);
    }

    /// <summary>As long as the expected gain; broken where it was not tried, and none for what lies on neither axis.</summary>
    private void DrawArrow(double x, double y, NextStep? next)
    {
        if (next is null or { Axis: Axis.Data })
        {
            return;
        }

        var length = Math.Max(ShortestArrow, Side / (1 - _floor) * (next.ExpectedGain.Value ?? next.ExpectedGain.High ?? 0));
        var room = Math.Max(ShortestArrow, next.Axis == Axis.Context ? y - Top : Left + Side - x);
        var tip = Math.Round(Math.Min(length, room), 1);
        var turn = next.Axis == Axis.Context ? -90 : 0;
        svg.Line($"""<g class="{next.Axis}" transform="translate({x} {y}) rotate({turn})">""");
        var dashes = next.Verdict == NextStep.NotTried ? "6 5" : "none";
        svg.Line($"""<path class="{next.Axis}-line" d="M0 0H{tip - 8}" stroke-width="4" stroke-dasharray="{dashes}"/>""");

        svg.Line($"""<path d="M{tip - 10} -8L{tip} 0L{tip - 10} 8z"/>""");
        svg.Line($"</g>");
    }

    private double X(double? share) => Math.Round(Left + (Side * Place(share)), 1);

    private double Y(double? share) => Math.Round(Bottom - (Side * Place(share)), 1);

    private double Place(double? share) => Math.Clamp(((share ?? 0) - _floor) / (1 - _floor), 0, 1);

    private static double Lowest(AxisPosition? position) => Math.Min(position?.Context.Low ?? 0, position?.Behaviour.Low ?? 0);
}
