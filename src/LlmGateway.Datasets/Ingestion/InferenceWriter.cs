using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Storage;

namespace LlmGateway.Datasets.Ingestion;

/// <summary>Stores batches of calls, each batch whole or not at all.</summary>
/// <param name="connectionString">The store.</param>
internal sealed class InferenceWriter(string connectionString) : IDisposable
{
    // An embedded store has one writer: waiting here is fair and cheap, waiting for its lock is neither.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SqliteInferenceInsert? _insert;

    /// <summary>Inserts a batch in one transaction and returns after its commit.</summary>
    /// <returns>How many calls were new.</returns>
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
