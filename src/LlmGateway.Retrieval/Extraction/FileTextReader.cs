using System.Text;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>Reads the text out of a file.</summary>
internal static class FileTextReader
{
    /// <summary>Longest text that is taken from one file, in characters.</summary>
    public const int MaxCharacters = 16 << 20;

    private static readonly HashSet<string> PlainText = new(StringComparer.OrdinalIgnoreCase) { ".txt", ".md", ".markdown", ".json", ".jsonl", ".csv", ".tsv" };
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="fileName">Tells by its ending what the file is.</param>
    /// <param name="content">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnreadableFileException">It is of no known kind, empty, too long, or not what its name says.</exception>
    public static async Task<string> ReadAsync(string fileName, Stream content, CancellationToken cancellationToken)
    {
        var ending = Path.GetExtension(fileName);
        if (!PlainText.Contains(ending))
        {
            throw new UnreadableFileException(
                "unsupported_file", $"Files of type '{ending}' cannot be read. Convert it to one of {string.Join(", ", PlainText)}.");
        }

        var text = await ReadTextAsync(content, cancellationToken);
        return string.IsNullOrWhiteSpace(text) ? throw new UnreadableFileException("invalid_file", "The file holds no text.") : text;
    }

    private static async Task<string> ReadTextAsync(Stream content, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content, Strict);
        var text = new StringBuilder();
        var buffer = new char[64 << 10];
        try
        {
            for (int count; (count = await reader.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (text.Append(buffer, 0, count).Length > MaxCharacters)
                {
                    throw new UnreadableFileException("invalid_file", $"The file holds more than {MaxCharacters:N0} characters. Split it.");
                }
            }
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableFileException("invalid_file", "The file is not text in UTF-8. Save it as UTF-8, or give it the ending of what it is.");
        }

        return text.ToString();
    }
}

/// <summary>A file that has no text for us.</summary>
/// <param name="code"><c>unsupported_file</c> or <c>invalid_file</c>.</param>
/// <param name="message">What is wrong, and what to do.</param>
internal sealed class UnreadableFileException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
