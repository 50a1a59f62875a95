using System.Text;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>Text as it is: UTF-8, or UTF-16 where its mark says so.</summary>
internal static class PlainText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="UnreadableFileException">It is in another encoding, or too long.</exception>
    public static void Read(Stream content, ExtractedText text)
    {
        using var reader = new StreamReader(content, EncodingOf(content), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var buffer = new char[64 << 10];
        try
        {
            var isFirst = true;
            for (int count; (count = reader.ReadBlock(buffer)) > 0; isFirst = false)
            {
                var mark = isFirst && buffer[0] == '\uFEFF' ? 1 : 0;
                text.Append(buffer.AsSpan(mark, count - mark));
            }
        }
        catch (DecoderFallbackException)
        {
            throw UnreadableFileException.Invalid("The file is not text in UTF-8. Save it as UTF-8, or give it the ending of what it is.");
        }
    }

    /// <summary>The reader's own choice by the mark would let through what is malformed.</summary>
    private static Encoding EncodingOf(Stream content)
    {
        Span<byte> mark = stackalloc byte[2];
        var read = content.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        content.Position = 0;
        return mark[..read] switch
        {
            [0xff, 0xfe] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
            [0xfe, 0xff] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
            _ => Utf8,
        };
    }
}
