using System.Text.Unicode;
using CsvHelper;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>Reads records of CSV as RFC 4180 has it, one at a time. Empty lines are passed over.</summary>
internal sealed class CsvRecords : IAsyncDisposable
{
    /// <summary>4 MB, as a line of JSONL may have: an opened quote would else take the whole file into memory.</summary>
    private const int MaxRecordBytes = 4 << 20;

    private readonly CsvReader _reader;
    private CsvMalformedReason? _malformed;

    /// <param name="content">From where its text begins.</param>
    /// <param name="delimiter">What stands between fields.</param>
    public CsvRecords(Stream content, char delimiter) => _reader = CsvReader.Create(
        content,
        new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = false,
            MaxRecordSize = MaxRecordBytes,
            TrackLineNumbers = true,
            OnMalformedRecord = record => _malformed = record.Reason,
        },
        leaveOpen: true);

    /// <summary>The line of the file that the record begins in, from 1.</summary>
    public int Line => (int)_reader.LineNumber;

    public string[] Fields { get; private set; } = [];

    /// <summary>What is wrong with the record; null if nothing is.</summary>
    public string? Fault { get; private set; }

    /// <summary>Goes to the next record.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="ApiException">A record is too long or has no end (400): where the next begins is not known.</exception>
    public async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        _malformed = null;
        try
        {
            if (!await _reader.ReadAsync(cancellationToken))
            {
                return false;
            }
        }
        catch (CsvFormatException exception)
        {
            throw NoEnd(exception.LineNumber, $"a record of more than {MaxRecordBytes >> 20} MB begins here, and nothing was made. Is a quote not closed?");
        }

        if (_malformed == CsvMalformedReason.UnterminatedQuote)
        {
            throw NoEnd(Line, "a quote is opened and not closed before the file ends, and nothing was made. Close it, or double a quote that belongs to the text.");
        }

        Fields = [.. Enumerable.Range(0, _reader.FieldCount).Select(_reader.GetString)];
        Fault = _malformed is not null ? "a quote stands where none may: put the field in quotes and double those within it"
            : _reader.RawRecord.Contains((byte)0) ? "it has a NUL; the file must be text in UTF-8"
            : !Utf8.IsValid(_reader.RawRecord) ? JsonLine.NotUtf8
            : null;
        return true;
    }

    private static ApiException NoEnd(long line, string fault) => new(ApiErrors.BadRequest($"Line {line}: {fault}", "source.file_id", "invalid_file"));

    public ValueTask DisposeAsync() => _reader.DisposeAsync();
}
