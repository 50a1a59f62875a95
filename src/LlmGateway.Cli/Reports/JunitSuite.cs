using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace LlmGateway.Cli.Reports;

/// <summary>Results as JUnit's XML, which every CI system shows.</summary>
/// <param name="Name">The suite's name.</param>
/// <param name="Cases">Its cases.</param>
internal sealed record JunitSuite(string Name, IReadOnlyList<JunitCase> Cases)
{
    public string ToXml()
    {
        var suite = new XElement(
            "testsuite",
            new XAttribute("name", Clean(Name)),
            new XAttribute("tests", Cases.Count),
            new XAttribute("failures", Count("failure")),
            new XAttribute("errors", Count("error")),
            new XAttribute("skipped", Count("skipped")),
            Cases.Select(ToXml));
        return $"{new XDeclaration("1.0", "utf-8", null)}\n{new XElement("testsuites", suite)}\n";
    }

    private int Count(string outcome) => Cases.Count(found => found.Outcome == outcome);

    private static XElement ToXml(JunitCase found)
    {
        var element = new XElement("testcase", new XAttribute("classname", Clean(found.Group)), new XAttribute("name", Clean(found.Name)));
        if (found.Seconds is { } seconds)
        {
            element.Add(new XAttribute("time", seconds.ToString("0.000", CultureInfo.InvariantCulture)));
        }

        if (found.Outcome is { } outcome)
        {
            element.Add(new XElement(outcome, new XAttribute("message", Clean(found.Message ?? ""))));
        }

        return element;
    }

    /// <summary>Models say anything, and XML does not allow all of it.</summary>
    private static string Clean(string text) => string.Concat(text.Where(XmlConvert.IsXmlChar));
}

/// <summary>One case.</summary>
/// <param name="Group">What it belongs to.</param>
/// <param name="Name">Its name.</param>
/// <param name="Outcome">JUnit's element: <c>failure</c>, <c>error</c> or <c>skipped</c>; null for a pass.</param>
/// <param name="Message">Why.</param>
/// <param name="Seconds">How long it took; null if unknown.</param>
internal sealed record JunitCase(string Group, string Name, string? Outcome, string? Message, double? Seconds = null);
