using System.Globalization;
using System.Security;
using System.Text;

namespace LlmGateway.Evaluation;

/// <summary>A picture as SVG, element by element. Numbers are written as XML wants them, and texts start no markup.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _svg = new();

    public void Line(FormattableString element) => _svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>What readers of the screen are told that the picture is.</summary>
    public void Title(string text) => Line($"<title>{Escape(text)}</title>");

    /// <param name="x">The anchor's place.</param>
    /// <param name="y">The base line.</param>
    /// <param name="look">A class of the picture's style.</param>
    /// <param name="text">The words; what XML cannot hold is left out.</param>
    /// <param name="size">In pixels.</param>
    /// <param name="bold">Whether it stands out.</param>
    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    public void Text(double x, double y, string look, string text, int size = 13, bool bold = false, string anchor = "start") =>
        Line($"""<text class="{look}" x="{x}" y="{y}" font-size="{size}" font-weight="{(bold ? 600 : 400)}" text-anchor="{anchor}">{Escape(text)}</text>""");

    public override string ToString() => _svg.ToString();

    private static string Escape(string text) => SecurityElement.Escape(string.Concat(text.EnumerateRunes().Where(rune => !Rune.IsControl(rune))));
}
