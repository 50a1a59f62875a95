using LlmGateway.Datasets.Files;
using Npgsql;

namespace LlmGateway.Datasets.Storage;

/// <summary>
/// Keeps contents as rows of <see cref="FileChunk"/>. Each is written and read by a statement of its own: a slow upload or
/// download holds neither a connection nor a transaction.
/// </summary>
internal sealed class PostgresFileStore(NpgsqlDataSource source) : IFileStore
{
    public async Task WriteAsync(string id, Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[FileChunk.Size];
        try
        {
            for (var number = 0; ; number++)
            {
                var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
                if (read > 0)
                {
                    await InsertAsync(id, number, buffer.AsMemory(0, read), cancellationToken);
                }

                if (read < buffer.Length)
                {
                    return;
                }
            }
        }
        catch
        {
            await TryDeleteAsync(id);
            throw;
        }
    }

    public Task<Stream> OpenAsync(string id, long length, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new PostgresFileStream(source, id, length));

    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("DELETE FROM file_chunks WHERE file_id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<string>> ListAsync(string above, string below, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "SELECT file_id FROM file_chunks WHERE number = 0 AND file_id > $1 AND file_id < $2 ORDER BY file_id LIMIT 1000");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = above });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = below });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }

    private async Task InsertAsync(string id, int number, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("INSERT INTO file_chunks (file_id, number, data) VALUES ($1, $2, $3)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = number });
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = data });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task TryDeleteAsync(string id)
    {
        try
        {
            await DeleteAsync(id, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The store is away, which is probably why the upload failed: the sweep deletes what is left.
        }
    }
}
