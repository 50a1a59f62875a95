using Microsoft.AspNetCore.Http;
using Parquet;
using Parquet.Schema;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>Items as Parquet, a row group at a time. Each column is text; all but <c>id</c> and <c>input</c> may be null.</summary>
internal sealed class ParquetItemWriter : IItemWriter
{
    private const int GroupRows = 10_000;

    /// <summary>Characters from which a group is written however few its rows are.</summary>
    private const int GroupLength = 16 << 20;

    private static readonly DataField[] Fields = [.. ItemColumns.All.Select(column => new DataField<string>(column.Name, column.Name is not ("id" or "input")))];

    private readonly ResponseStream _stream;
    private readonly List<string?>[] _rows = [.. ItemColumns.All.Select(_ => new List<string?>())];
    private int _length;
    private ParquetWriter? _file;

    public ParquetItemWriter(HttpResponse response)
    {
        _stream = new ResponseStream(response.BodyWriter);
        response.ContentType = "application/vnd.apache.parquet";
    }

    public async Task WriteAsync(IReadOnlyList<ItemContent> page, CancellationToken cancellationToken)
    {
        foreach (var item in page)
        {
            foreach (var ((_, read), rows) in ItemColumns.All.Zip(_rows))
            {
                var value = read(item);
                rows.Add(value);
                _length += value?.Length ?? 0;
            }
        }

        if (_rows[0].Count >= GroupRows || _length >= GroupLength)
        {
            await WriteGroupAsync(cancellationToken);
        }
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await WriteGroupAsync(cancellationToken);
        await _file!.DisposeAsync();
        await _stream.FlushAsync(cancellationToken);
    }

    public void Dispose() => _stream.Dispose();

    private async Task WriteGroupAsync(CancellationToken cancellationToken)
    {
        _file ??= await ParquetWriter.CreateAsync(new ParquetSchema(Fields), _stream, cancellationToken: cancellationToken);
        if (_rows[0].Count == 0)
        {
            return;
        }

        using (var group = _file.CreateRowGroup())
        {
            foreach (var (field, rows) in Fields.Zip(_rows))
            {
                await group.WriteAsync(field, rows!);
            }

            group.CompleteValidate();
        }

        await _stream.FlushAsync(cancellationToken);
        Array.ForEach(_rows, rows => rows.Clear());
        _length = 0;
    }
}
