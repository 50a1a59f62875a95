using System.IO.Compression;
using System.Runtime.InteropServices;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Tokens;

namespace LlmGateway.Retrieval.Extraction;

/// <summary>
/// The ways in which a PDF's parts are packed. What would unpack to too much is refused before it is unpacked: a small file cannot
/// fill the memory. Images are left packed.
/// </summary>
/// <param name="cancellationToken">Ends the reading at the next part: the library looks at no token.</param>
internal sealed class BoundedPdfFilters(CancellationToken cancellationToken) : BaseFilterProvider(MakeFilters(new Budget(cancellationToken)))
{
    /// <summary>Of a font: 64 MiB.</summary>
    private const long MaxFontBytes = 64 << 20;

    /// <summary>Of any other part: 8 MiB. A page's text has some kilobytes, and each of its letters takes much more memory than it has bytes.</summary>
    private const long MaxPartBytes = 8 << 20;

    /// <summary>Of all parts, each as often as it is unpacked: 512 MiB.</summary>
    private const long MaxTotalBytes = 512 << 20;

    /// <summary>A byte can stand for so many at most: 64 in run lengths (two bytes for 128), 4 in base 85 (one for four zeros).</summary>
    private const int RunLengthRatio = 64;
    private const int Ascii85Ratio = 4;

    /// <summary>LZW's longest entry has less than 4,096 bytes for a code of at least 9 bits; it is met in old and small parts only.</summary>
    private const int LzwRatio = 4096;

    /// <summary>Only fonts have the length of their unpacked first part beside them, or are of these kinds.</summary>
    private static readonly NameToken FontLength = NameToken.Create("Length1");
    private static readonly string[] FontKinds = ["Type1C", "CIDFontType0C", "OpenType"];

    private static Dictionary<string, IFilter> MakeFilters(Budget budget)
    {
        var image = new PackedImage();
        (NameToken Name, NameToken Short, IFilter Filter)[] filters =
        [
            (NameToken.FlateDecode, NameToken.FlateDecodeAbbreviation, new Bounded(budget, new FlateFilter(), Inflate)),
            (NameToken.LzwDecode, NameToken.LzwDecodeAbbreviation, new Bounded(budget, new LzwFilter(), packed => packed.Length * (long)LzwRatio)),
            (NameToken.RunLengthDecode, NameToken.RunLengthDecodeAbbreviation, new Bounded(budget, new RunLengthFilter(), packed => packed.Length * (long)RunLengthRatio)),
            (NameToken.Ascii85Decode, NameToken.Ascii85DecodeAbbreviation, new Bounded(budget, new Ascii85Filter(), packed => packed.Length * (long)Ascii85Ratio)),
            (NameToken.AsciiHexDecode, NameToken.AsciiHexDecodeAbbreviation, new AsciiHexDecodeFilter()),
            (NameToken.DctDecode, NameToken.DctDecodeAbbreviation, image),
            (NameToken.CcittfaxDecode, NameToken.CcittfaxDecodeAbbreviation, image),
            (NameToken.Jbig2Decode, NameToken.Jbig2Decode, image),
            (NameToken.JpxDecode, NameToken.JpxDecode, image),
        ];
        return filters.SelectMany(entry => new[] { (entry.Name, entry.Filter), (Name: entry.Short, entry.Filter) })
            .DistinctBy(entry => entry.Name.Data).ToDictionary(entry => entry.Name.Data, entry => entry.Filter);
    }

    /// <summary>How much it unpacks to, or as much as is too much. Damaged parts are the library's to mend.</summary>
    private static long Inflate(Memory<byte> packed)
    {
        const int header = 2;
        if (packed.Length <= header || !MemoryMarshal.TryGetArray<byte>(packed[header..], out var bytes))
        {
            return 0;
        }

        using var inflated = new DeflateStream(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false), CompressionMode.Decompress);
        var buffer = new byte[64 << 10];
        var length = 0L;
        try
        {
            for (int count; length <= MaxFontBytes && (count = inflated.Read(buffer)) > 0;)
            {
                length += count;
            }
        }
        catch (InvalidDataException)
        {
            // As far as it goes.
        }

        return length;
    }

    private static bool IsFont(DictionaryToken part) =>
        part.ContainsKey(FontLength) || (part.TryGet(NameToken.Subtype, out NameToken kind) && FontKinds.Contains(kind.Data));

    /// <summary>What one document may unpack to.</summary>
    private sealed class Budget(CancellationToken cancellationToken)
    {
        private long _total;

        /// <exception cref="UnreadableFileException">It is too much.</exception>
        public void Take(long size, long limit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _total += size;
            if (size > limit || _total > MaxTotalBytes)
            {
                throw UnreadableFileException.Invalid($"A part of the PDF unpacks to more than {limit >> 20} MiB, or all parts to more than {MaxTotalBytes >> 20} MiB. Save it anew, or split it.");
            }
        }
    }

    private sealed class Bounded(Budget budget, IFilter filter, Func<Memory<byte>, long> sizeOf) : IFilter
    {
        public bool IsSupported => true;

        public Memory<byte> Decode(Memory<byte> input, DictionaryToken streamDictionary, IFilterProvider filterProvider, int filterIndex)
        {
            budget.Take(sizeOf(input), IsFont(streamDictionary) ? MaxFontBytes : MaxPartBytes);
            return filter.Decode(input, streamDictionary, filterProvider, filterIndex);
        }
    }

    private sealed class PackedImage : IFilter
    {
        public bool IsSupported => false;

        public Memory<byte> Decode(Memory<byte> input, DictionaryToken streamDictionary, IFilterProvider filterProvider, int filterIndex) => Memory<byte>.Empty;
    }
}
