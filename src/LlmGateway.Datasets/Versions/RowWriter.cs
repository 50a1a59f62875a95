using LlmGateway.Datasets.Storage;

namespace LlmGateway.Datasets.Versions;

/// <summary>Writes a version's items and drops in small transactions: so many, or so much text, at a time.</summary>
internal sealed class RowWriter(DatasetsDbContext context, IItemWriter writer)
{
    private const int BatchRows = 500;

    /// <summary>Characters of one transaction, so that large items make small batches.</summary>
    private const int BatchLength = 4 << 20;

    private readonly List<DatasetItem> _items = [];
    private readonly List<DatasetDrop> _drops = [];
    private int _length;

    public ValueTask AddAsync(DatasetItem item, CancellationToken cancellationToken)
    {
        _items.Add(item);
        return AddAsync(item.Input, item.Reference, item.Rejected, item.Metadata, cancellationToken);
    }

    public ValueTask AddAsync(DatasetDrop drop, CancellationToken cancellationToken)
    {
        _drops.Add(drop);
        return AddAsync(drop.Input, drop.Reference, drop.Rejected, drop.Metadata, cancellationToken);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await writer.WriteAsync(_items, cancellationToken);
        context.DatasetDrops.AddRange(_drops);
        await context.SaveChangesAsync(cancellationToken);
        context.ChangeTracker.Clear();
        _items.Clear();
        _drops.Clear();
        _length = 0;
    }

    private async ValueTask AddAsync(string input, string? reference, string? rejected, string? metadata, CancellationToken cancellationToken)
    {
        _length += input.Length + (reference?.Length ?? 0) + (rejected?.Length ?? 0) + (metadata?.Length ?? 0);
        if (_items.Count + _drops.Count >= BatchRows || _length > BatchLength)
        {
            await FlushAsync(cancellationToken);
        }
    }
}
