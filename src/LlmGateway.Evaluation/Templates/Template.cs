using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Templates;

/// <summary>
/// A text with references in double braces: <c>{{ item.question }}</c>, <c>{{ sample.output_text }}</c>,
/// <c>{{ sample.output_json.answer }}</c>. References and nothing more: no filters, conditions or loops.
/// </summary>
internal sealed partial class Template
{
    private readonly IReadOnlyList<object> _parts;

    private Template(string text, IReadOnlyList<object> parts) => (Text, _parts) = (text, parts);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    public IEnumerable<TemplatePath> Paths => _parts.OfType<TemplatePath>();

    /// <summary>Whether it is one reference and nothing beside it.</summary>
    public bool IsReference => _parts is [TemplatePath];

    /// <param name="text">The template.</param>
    /// <param name="field">The request's field that holds it, for messages.</param>
    /// <exception cref="ApiException">Braces do not match, or hold no reference (400, with the position).</exception>
    public static Template Parse(string text, string field)
    {
        var parts = new List<object>();
        for (var start = 0; start < text.Length;)
        {
            var open = text.IndexOf("{{", start, StringComparison.Ordinal);
            var literal = text[start..(open < 0 ? text.Length : open)];
            if (literal.Length > 0)
            {
                parts.Add(literal);
            }

            if (open < 0)
            {
                break;
            }

            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                throw Invalid($"The braces opened at character {open + 1} are not closed.", field);
            }

            parts.Add(ParsePath(text[(open + 2)..close], open + 3, field));
            start = close + 2;
        }

        return new Template(text, parts);
    }

    /// <summary>The text with every reference replaced: strings as they are, null as nothing, all else as JSON.</summary>
    /// <exception cref="TemplateException">A reference leads nowhere.</exception>
    public string Render(TemplateValues values)
    {
        if (_parts is [string whole])
        {
            return whole;
        }

        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(part as string ?? values.Text((TemplatePath)part));
        }

        return text.ToString();
    }

    /// <summary>
    /// What the template gives as JSON: the value itself where it is one reference and nothing else, and else the text, read as JSON.
    /// </summary>
    /// <exception cref="TemplateException">A reference leads nowhere, or the text is not JSON.</exception>
    public JsonElement Value(TemplateValues values)
    {
        var value = _parts is [TemplatePath path] ? values.Value(path) : default;
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.String))
        {
            return value;
        }

        try
        {
            return JsonText.Parse(Render(values));
        }
        catch (JsonException exception)
        {
            throw new TemplateException($"It is not JSON: {exception.Message}");
        }
    }

    private static TemplatePath ParsePath(string inner, int position, string field)
    {
        var match = Reference().Match(inner);
        if (!match.Success)
        {
            throw Invalid(
                $"'{{{{{JsonFields.Shortened(inner)}}}}}' at character {position - 2} is no reference: expected something like item.question or sample.output_text.", field);
        }

        var steps = match.Groups["step"].Captures.Select(capture => capture.Value).ToList();
        return new TemplatePath(match.Groups["root"].Value, steps, inner.Trim(), position + match.Groups["root"].Index);
    }

    private static ApiException Invalid(string message, string field) => JsonFields.Invalid(message, field);

    [GeneratedRegex("""^\s*(?<root>item|sample)(?:\.(?<step>[\w-]+)|\[(?<step>\d{1,6})\])*\s*$""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}

/// <summary>An item has not what a template asks of it; the item counts as errored.</summary>
internal sealed class TemplateException(string message) : Exception(message)
{
    /// <summary>Whether it is the model's output that cannot be read.</summary>
    public bool IsOfOutput { get; init; }
}
