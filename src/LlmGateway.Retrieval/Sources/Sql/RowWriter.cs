using System.Buffers;
using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmGateway.Retrieval.Sources.Sql;

/// <summary>Writes rows as JSON up to a number of rows and bytes.</summary>
internal sealed class RowWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly ArrayBufferWriter<byte> _written = new();
    private readonly DbDataReader _reader;
    private readonly SqlQuery _query;
    private readonly List<SourceColumn> _columns;
    private readonly ValueWriter _writeValue;

    private RowWriter(DbDataReader reader, SqlQuery query, ValueWriter writeValue)
    {
        (_reader, _query, _writeValue) = (reader, query, writeValue);
        _columns = [.. Enumerable.Range(0, reader.FieldCount).Select(index => new SourceColumn(reader.GetName(index), reader.GetDataTypeName(index)))];
        if (_columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new SqlRefusal("syntax", $"Two columns of the answer are called '{twice.Key}': name them apart with AS.");
        }
    }

    /// <param name="reader">A sequential reader.</param>
    /// <param name="query">What bounds it.</param>
    /// <param name="writeValue">Writes a value that is not null.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SqlRefusal">Not one row fits, or two columns have one name.</exception>
    public static Task<SqlRows> WriteAsync(
        DbDataReader reader, SqlQuery query, ValueWriter writeValue, CancellationToken cancellationToken) =>
        new RowWriter(reader, query, writeValue).WriteAsync(cancellationToken);

    private async Task<SqlRows> WriteAsync(CancellationToken cancellationToken)
    {
        _written.Write("["u8);
        for (var count = 0; ; count++)
        {
            if (!await _reader.ReadAsync(cancellationToken))
            {
                return Finish(count, isTruncated: false);
            }

            if (count == _query.MaxRows || !TryWriteRow(isFirst: count == 0))
            {
                return count > 0
                    ? Finish(count, isTruncated: true)
                    : throw new SqlRefusal("size", $"One row alone has more than {_query.MaxBytes:N0} bytes: ask for fewer columns.");
            }
        }
    }

    private SqlRows Finish(int count, bool isTruncated)
    {
        _written.Write("]"u8);
        return new SqlRows(_columns, _written.WrittenMemory, count, isTruncated);
    }

    private bool TryWriteRow(bool isFirst)
    {
        var row = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(row, Options);
        json.WriteStartObject();
        for (var index = 0; index < _columns.Count; index++)
        {
            json.WritePropertyName(_columns[index].Name);
            if (!TryWriteValue(json, index))
            {
                return false;
            }
        }

        json.WriteEndObject();
        json.Flush();
        if (_written.WrittenCount + row.WrittenCount + 2 > _query.MaxBytes)
        {
            return false;
        }

        _written.Write(isFirst ? ""u8 : ","u8);
        _written.Write(row.WrittenSpan);
        return true;
    }

    private bool TryWriteValue(Utf8JsonWriter json, int index)
    {
        if (_reader.IsDBNull(index))
        {
            json.WriteNullValue();
            return true;
        }

        var room = _query.MaxBytes - _written.WrittenCount - (int)(json.BytesCommitted + json.BytesPending);
        return room > 0 && _writeValue(_reader, index, json, room);
    }
}

/// <summary>Writes a column's value, which is not null, unless it has more characters than there is room for.</summary>
/// <returns>Whether it was written.</returns>
internal delegate bool ValueWriter(DbDataReader reader, int index, Utf8JsonWriter json, int room);
