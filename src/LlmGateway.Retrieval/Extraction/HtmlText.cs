using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>
/// The text that a page shows, with its headings, lists and tables as Markdown. Elements are walked without recursion: no depth can
/// overflow the stack.
/// </summary>
internal sealed class HtmlText(ExtractedText text)
{
    /// <summary>A page's elements take much more memory than its text.</summary>
    private const int MaxElements = 300_000;
    private const long MaxBytes = 16 << 20;

    /// <summary>What holds no text to read.</summary>
    private static readonly HashSet<string> Skipped = ["script", "style", "noscript", "template", "svg", "math", "head", "iframe", "object", "select", "textarea"];

    private static readonly HashSet<string> Blocks =
    [
        "address", "article", "aside", "blockquote", "body", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "header", "hr", "main", "nav", "ol", "p", "section", "summary", "table", "ul",
    ];

    private bool _isPreformatted;
    private bool _isHeading;

    /// <param name="content">The page, in the encoding that it declares, or UTF-8.</param>
    /// <param name="text">Where it goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnreadableFileException">The page is too large.</exception>
    public static void Read(Stream content, ExtractedText text, CancellationToken cancellationToken)
    {
        if (content.Length > MaxBytes)
        {
            throw UnreadableFileException.Invalid($"The page has more than {MaxBytes:N0} bytes. Split it.");
        }

        var elements = 0;
        var parser = new HtmlParser(new HtmlParserOptions
        {
            OnCreated = (_, _) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (++elements > MaxElements)
                {
                    throw UnreadableFileException.Invalid($"The page has more than {MaxElements:N0} elements. Split it.");
                }
            },
        });
        using var document = parser.ParseDocument(content);
        if (document.Body is { } body)
        {
            new HtmlText(text).Walk(body);
        }
    }

    private void Walk(INode root)
    {
        var open = new Stack<(INode Node, int NextChild)>([(root, 0)]);
        while (open.TryPop(out var entry))
        {
            var (node, next) = entry;
            if (next < node.ChildNodes.Length)
            {
                open.Push((node, next + 1));
                var child = node.ChildNodes[next];
                if (child is IText characters)
                {
                    Write(characters.Data);
                }
                else if (child is IElement element && !Skipped.Contains(element.LocalName))
                {
                    Enter(element);
                    open.Push((element, 0));
                }
            }
            else if (node is IElement element)
            {
                Leave(element);
            }
        }
    }

    private void Write(string characters)
    {
        if (_isPreformatted)
        {
            text.Append(characters);
        }
        else
        {
            text.AppendInline(characters);
        }
    }

    private void Enter(IElement element)
    {
        switch (element.LocalName)
        {
            case ['h', >= '1' and <= '6' and var level]:
                text.BeginHeading(level - '0');
                _isHeading = true;
                break;
            case "li":
                text.EndLine();
                text.Append("- ");
                break;
            case "br" when _isHeading:
                text.AppendInline(" ");
                break;
            case "br":
                text.EndLine();
                break;
            case "tr":
                text.EndLine();
                break;
            case "td" or "th" when element.PreviousElementSibling is not null:
                text.AppendInline(" ");
                text.Append("| ");
                break;
            case "img":
                text.AppendInline(element.GetAttribute("alt"));
                break;
            case "pre":
                text.EndParagraph();
                text.Append("```\n");
                _isPreformatted = true;
                break;
            case var name when Blocks.Contains(name):
                text.EndParagraph();
                break;
        }
    }

    private void Leave(IElement element)
    {
        switch (element.LocalName)
        {
            case "li" or "tr":
                text.EndLine();
                break;
            case "pre":
                _isPreformatted = false;
                text.EndLine();
                text.Append("```");
                text.EndParagraph();
                break;
            case ['h', >= '1' and <= '6']:
                _isHeading = false;
                text.EndParagraph();
                break;
            case var name when Blocks.Contains(name):
                text.EndParagraph();
                break;
        }
    }
}
