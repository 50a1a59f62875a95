using System.Globalization;
using System.Security;
using System.Text;

namespace Loop;

/// <summary>A bar for each technique, with its interval drawn on it.</summary>
internal static class LadderPicture
{
    private const int NameWidth = 300;
    private const int BarWidth = 460;
    private const int RowHeight = 44;
    private const int Top = 56;

    public static string Draw(IReadOnlyList<Rung> rungs)
    {
        var height = Top + (rungs.Count * RowHeight) + 44;
        var svg = new StringBuilder();
        Line(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{NameWidth + BarWidth + 90}" height="{height}" font-family="system-ui, sans-serif" font-size="14">""");
        Line(svg, $"""<rect width="100%" height="100%" fill="#ffffff"/>""");
        Line(svg, $"""<text x="16" y="28" font-size="17" font-weight="600" fill="#1a1a1a">Held-out accuracy of each technique, with its 95 % interval</text>""");
        foreach (var tenth in new[] { 0, 25, 50, 75, 100 })
        {
            var x = At(tenth / 100.0);
            Line(svg, $"""<line x1="{x}" y1="{Top - 8}" x2="{x}" y2="{height - 32}" stroke="#e3e3e3"/>""");
            Line(svg, $"""<text x="{x}" y="{height - 14}" text-anchor="middle" fill="#666666">{tenth} %</text>""");
        }

        foreach (var (index, rung) in rungs.Index())
        {
            DrawRow(svg, rung, Top + (index * RowHeight));
        }

        return svg.AppendLine("</svg>").ToString();
    }

    private static void DrawRow(StringBuilder svg, Rung rung, int y)
    {
        var middle = y + 14;
        Line(svg, $"""<text x="{NameWidth - 12}" y="{middle + 5}" text-anchor="end" fill="#1a1a1a">{SecurityElement.Escape(rung.Technique.Name)}</text>""");
        Line(svg, $"""<rect x="{NameWidth}" y="{y}" width="{At(rung.Accuracy.Value) - NameWidth}" height="28" rx="3" fill="#4c78a8"/>""");
        Line(svg, $"""<path d="M{At(rung.Accuracy.Low)} {middle - 6}V{middle + 6}M{At(rung.Accuracy.Low)} {middle}H{At(rung.Accuracy.High)}M{At(rung.Accuracy.High)} {middle - 6}V{middle + 6}" stroke="#1a1a1a" stroke-width="2" fill="none"/>""");
        Line(svg, $"""<text x="{At(rung.Accuracy.High) + 10}" y="{middle + 5}" fill="#1a1a1a">{rung.Accuracy.Value:.000}</text>""");
    }

    private static double At(double share) => Math.Round(NameWidth + (share * BarWidth), 1);

    private static void Line(StringBuilder svg, FormattableString text) => svg.AppendLine(text.ToString(CultureInfo.InvariantCulture));
}
