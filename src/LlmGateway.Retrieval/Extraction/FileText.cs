namespace LlmGateway.Retrieval.Extraction;

/// <summary>Reads the text out of a file.</summary>
internal static class FileText
{
    /// <param name="name">The file's name; what the file holds decides what it is, and the name only where that does not tell.</param>
    /// <param name="content">The file, which can be read from any place.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The text; the same for the same file. Structure is kept as Markdown.</returns>
    /// <exception cref="UnreadableFileException">It is of no known kind, empty, too large, damaged, or takes too long.</exception>
    public static async Task<string> ReadAsync(string name, Stream content, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            // A library that looks at no token is left behind; it ends when it next reads the file, which is closed by then.
            return await Task.Run(() => Read(name, content, limit.Token), limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw UnreadableFileException.Invalid($"The file could not be read within {timeout.TotalSeconds:0} s (Retrieval:ExtractionTimeout). Split it, or simplify it.");
        }
    }

    private static string Read(string name, Stream content, CancellationToken cancellationToken)
    {
        Span<byte> head = stackalloc byte[FileKinds.HeadBytes];
        head = head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        content.Position = 0;
        if (head.IsEmpty)
        {
            throw UnreadableFileException.Invalid("The file is empty.");
        }

        var text = new ExtractedText(cancellationToken);
        switch (FileKinds.Tell(name, head))
        {
            case FileKind.Pdf:
                PdfText.Read(content, text, cancellationToken);
                return text.Finish("The PDF holds no text: it may be scanned. Recognise its text first (OCR), and add that.");
            case FileKind.Word:
                WordText.Read(content, text);
                break;
            case FileKind.Html:
                HtmlText.Read(content, text, cancellationToken);
                break;
            case FileKind.Json:
                JsonText.Read(ReadPlain(content, cancellationToken), text);
                break;
            case FileKind.Csv:
                CsvText.Read(ReadPlain(content, cancellationToken), text);
                break;
            default:
                PlainText.Read(content, text);
                break;
        }

        return text.Finish();
    }

    /// <summary>The text of a file that is text, as it is.</summary>
    /// <exception cref="UnreadableFileException">It is empty, too long, or in another encoding.</exception>
    public static string ReadPlain(Stream content, CancellationToken cancellationToken)
    {
        var text = new ExtractedText(cancellationToken);
        PlainText.Read(content, text);
        return text.Finish();
    }
}
