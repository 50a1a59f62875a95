using LlmGateway.Retrieval.Extraction;
using Markdig;
using Markdig.Parsers.Inlines;
using Markdig.Syntax;

namespace LlmGateway.Retrieval.Chunking;

/// <summary>A text's sections, by its headings.</summary>
internal static class MarkdownOutline
{
    private const int MaxTitle = 200;
    private static readonly MarkdownPipeline Blocks = MakePipeline();

    /// <summary>
    /// The text's sections in order; they cover it. Headings with nothing under them but the next heading begin its section.
    /// </summary>
    /// <exception cref="UnreadableFileException">Its quotes or lists are nested too deeply.</exception>
    public static IEnumerable<MarkdownSection> Sections(string text)
    {
        var path = new List<(int Level, string Title)>();
        var (start, body) = (0, 0);
        IReadOnlyList<string>? above = null;
        foreach (var (span, level, title) in ReadHeadings(text))
        {
            if (!new TextSpan(body, span.Start).IsBlankIn(text))
            {
                yield return new MarkdownSection(new TextSpan(start, span.Start), above ?? [], Titles(path));
                (start, above) = (span.Start, null);
            }

            path.RemoveAll(entry => entry.Level >= level);
            above ??= Titles(path);
            path.Add((level, title));
            body = span.End;
        }

        yield return new MarkdownSection(new TextSpan(start, text.Length), above ?? [], Titles(path));
    }

    private static IReadOnlyList<string> Titles(List<(int Level, string Title)> path) => [.. path.Select(entry => entry.Title).Where(title => title.Length > 0)];

    private static IEnumerable<(TextSpan Span, int Level, string Title)> ReadHeadings(string text)
    {
        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(text, Blocks);
        }
        catch (ArgumentException)
        {
            throw new UnreadableFileException("invalid_file", "Its quotes or lists are nested too deeply. Flatten them, or choose another 'chunking_strategy'.");
        }

        // A heading inside a quote or a list divides nothing.
        return document.OfType<HeadingBlock>().Select(heading =>
        {
            var span = new TextSpan(heading.Span.Start, Math.Min(heading.Span.End + 1, text.Length));
            return (span, heading.Level, TitleOf(text.AsSpan(span.Start, span.Length), heading.IsSetext));
        });
    }

    private static string TitleOf(ReadOnlySpan<char> source, bool isUnderlined)
    {
        var title = isUnderlined ? source[..Math.Max(source.TrimEnd().LastIndexOf('\n'), 0)].Trim() : source.Trim().Trim('#').Trim();
        if (title.Length > MaxTitle)
        {
            title = title[..(char.IsHighSurrogate(title[MaxTitle - 1]) ? MaxTitle - 1 : MaxTitle)];
        }

        return title.ToString().ReplaceLineEndings(" ");
    }

    /// <summary>Emphasis and links do not matter here, and would take time and memory.</summary>
    private static MarkdownPipeline MakePipeline()
    {
        var builder = new MarkdownPipelineBuilder();
        builder.InlineParsers.RemoveAll(parser => parser is not LiteralInlineParser);
        return builder.Build();
    }
}

/// <param name="Span">From its heading up to the next.</param>
/// <param name="Above">The titles above the heading that it begins with, the highest first.</param>
/// <param name="Path">The titles that its text is under, the highest first.</param>
internal sealed record MarkdownSection(TextSpan Span, IReadOnlyList<string> Above, IReadOnlyList<string> Path);
