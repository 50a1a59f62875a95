using System.Globalization;
using System.Text;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>Confidence sequences over the units of a stage: each treatment's interval as a band, its difference as a line.</summary>
internal sealed class SequencePlot(SvgWriter svg, IReadOnlyList<string> treatments, IReadOnlyList<LookPoint> looks)
{
    public const int Bottom = Top + Height;
    private const int Top = 84;
    private const int Height = 240;
    private const int Left = 80;
    private const int Width = 690;

    private readonly double _most = looks.Count == 0 ? 1 : looks[^1].Units;
    private readonly double _least = looks.Count == 0 ? 0 : looks[0].Units;
    private readonly double _reach = Math.Max(
        looks.SelectMany(look => look.Intervals).Select(interval => Math.Max(Math.Abs(interval.Low), Math.Abs(interval.High))).DefaultIfEmpty(1).Max(), 1e-12);

    public void Draw()
    {
        svg.Text(16, 54, "soft", "the goal: each variant less the control, over the units of the stage, with its interval");
        svg.Line($"""<rect class="panel" x="{Left}" y="{Top}" width="{Width}" height="{Height}"/>""");
        foreach (var tick in new[] { -1, -0.5, 0, 0.5, 1 })
        {
            svg.Line($"""<path class="{(tick == 0 ? "zero" : "grid")}" d="M{Left} {Y(tick * _reach)}H{Left + Width}"/>""");
            svg.Text(Left - 8, Y(tick * _reach) + 4, "soft", (tick * _reach).ToString("0.####", CultureInfo.InvariantCulture), size: 12, anchor: "end");
        }

        if (looks.Count == 0)
        {
            svg.Text(Left + (Width / 2), Top + 30, "soft", "There are too few values for an interval yet.", anchor: "middle");
            return;
        }

        svg.Text(Left, Bottom + 18, "soft", $"{_least} units", size: 12);
        svg.Text(Left + Width, Bottom + 18, "soft", $"{_most} units", size: 12, anchor: "end");
        foreach (var (place, treatment) in treatments.Index())
        {
            DrawSequence(place, treatment);
        }
    }

    private void DrawSequence(int place, string treatment)
    {
        var points = looks.SelectMany(look => look.Intervals.Where(interval => interval.Treatment == treatment).Select(interval => (X: X(look.Units), Interval: interval))).ToList();
        if (points.Count == 0)
        {
            return;
        }

        var look = ResultsPicture.Look(place);
        var band = Path(points.Select(point => (point.X, point.Interval.High)).Concat(points.AsEnumerable().Reverse().Select(point => (point.X, point.Interval.Low))));
        svg.Line($"""<path class="{look}" d="{band}Z" fill-opacity="0.18" stroke-opacity="0.5"/>""");
        svg.Line($"""<path class="{look}" d="{Path(points.Select(point => (point.X, point.Interval.Difference)))}" style="fill:none" stroke-width="2"/>""");
        svg.Text(Left + 10 + (170 * (place % 4)), Bottom + 40 + (16 * (place / 4)), "ink", treatment, size: 12);
        svg.Line($"""<rect class="{look}" x="{Left - 4 + (170 * (place % 4))}" y="{Bottom + 31 + (16 * (place / 4))}" width="9" height="9"/>""");
    }

    private string Path(IEnumerable<(double X, double Value)> points)
    {
        var path = new StringBuilder();
        foreach (var (x, value) in points)
        {
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? "M" : "L")}{x} {Y(value)}");
        }

        return path.ToString();
    }

    /// <summary>Units by their logarithm, in which intervals narrow evenly.</summary>
    private double X(double units) => Math.Round(_most > _least ? Left + (Width * Math.Log(units / _least) / Math.Log(_most / _least)) : Left + (Width / 2.0), 1);

    private double Y(double value) => Math.Round(Top + (Height / 2.0 * (1 - (value / _reach))), 1);
}
