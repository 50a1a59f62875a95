using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Ingestion;

namespace LlmGateway.Datasets.Storage;

/// <summary>Stores batches in the file.</summary>
/// <param name="connectionString">The store.</param>
internal sealed class SqliteInferenceWriter(string connectionString) : IInferenceWriter, IDisposable
{
    // An embedded store has one writer: waiting here is fair and cheap, waiting for its lock is neither.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SqliteInferenceInsert? _insert;

    public async Task<int> StoreAsync(IReadOnlyList<InferenceFrame> batch, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _insert ??= new SqliteInferenceInsert(connectionString);
            return _insert.Store(batch);
        }
        catch
        {
            // A new connection carries no half transaction.
            Close();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        Close();
        _turn.Dispose();
    }

    private void Close()
    {
        _insert?.Dispose();
        _insert = null;
    }
}
