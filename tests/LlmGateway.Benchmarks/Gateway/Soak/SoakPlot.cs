using System.Globalization;
using LlmGateway.Evaluation;

namespace LlmGateway.Benchmarks.Gateway.Soak;

/// <summary>Memory over time, with the goal's line.</summary>
internal static class SoakPlot
{
    private const int Width = 640;
    private const int Height = 240;
    private const int Left = 60;
    private const int Top = 40;
    private const double Goal = 300;
    private const double Headroom = 50;

    /// <param name="megabytes">Evenly spaced in time.</param>
    /// <param name="duration">From the first to the last.</param>
    public static string Draw(IReadOnlyList<double> megabytes, TimeSpan duration)
    {
        var svg = new SvgWriter();
        var highest = megabytes.Append(Goal).Max() + Headroom;
        svg.Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + 20} {Top + Height + 50}" font-family="sans-serif">""");
        svg.Line($"<style>.ink{{fill:#333}}.line{{fill:none;stroke:#1f6feb;stroke-width:2}}.grid{{stroke:#ccc}}.goal{{stroke:#c00;stroke-dasharray:6 4}}svg{{background:#fff}}</style>");
        svg.Title("Resident memory of the gateway under load");
        svg.Text(Left, 22, "ink", "Resident memory of the gateway under load, MB", bold: true);
        for (var tick = 0; tick <= highest; tick += 100)
        {
            svg.Line($"""<path class="{(tick == (int)Goal ? "goal" : "grid")}" d="M{Left} {Y(tick, highest)}h{Width}"/>""");
            svg.Text(Left - 8, Y(tick, highest) + 4, "ink", tick.ToString(CultureInfo.InvariantCulture), anchor: "end");
        }

        svg.Text(Left + Width, Y(Goal, highest) - 6, "ink", "goal", anchor: "end");
        var points = string.Join(' ', megabytes.Select((value, index) =>
            string.Create(CultureInfo.InvariantCulture, $"{Left + (index * (double)Width / Math.Max(1, megabytes.Count - 1)):0.#},{Y(value, highest):0.#}")));
        svg.Line($"""<polyline class="line" points="{points}"/>""");
        svg.Text(Left, Top + Height + 24, "ink", "0");
        svg.Text(Left + Width, Top + Height + 24, "ink", string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0} minutes"), anchor: "end");
        svg.Line($"</svg>");
        return svg.ToString();
    }

    private static double Y(double megabytes, double highest) => Top + (Height * (1 - (megabytes / highest)));
}
