using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>The mark that a text file may begin with.</summary>
internal static class TextStart
{
    private static ReadOnlySpan<byte> Utf8 => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Utf16 => [0xFF, 0xFE];

    private static ReadOnlySpan<byte> Utf16BigEndian => [0xFE, 0xFF];

    /// <summary>Leaves the stream where its text begins.</summary>
    /// <param name="content">A stream that can seek.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ApiException">It is in another encoding than UTF-8 (400).</exception>
    public static async Task FindAsync(Stream content, CancellationToken cancellationToken)
    {
        var start = new byte[3];
        var read = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        content.Position = LengthOfMark(start.AsSpan(0, read));
    }

    private static int LengthOfMark(ReadOnlySpan<byte> start) =>
        start.StartsWith(Utf16) || start.StartsWith(Utf16BigEndian)
            ? throw new ApiException(ApiErrors.BadRequest(
                "Line 1: the file is in UTF-16, and nothing was made. Save it as UTF-8.", "source.file_id", "invalid_file"))
            : start.StartsWith(Utf8) ? Utf8.Length : 0;
}
