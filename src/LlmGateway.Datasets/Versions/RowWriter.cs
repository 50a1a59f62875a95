namespace LlmGateway.Datasets.Versions;

/// <summary>Writes a version's items and drops in small transactions: so many, or so much text, at a time.</summary>
internal sealed class RowWriter(IVersionWriter writer)
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
        return CountAsync(item, cancellationToken);
    }

    public ValueTask AddAsync(DatasetDrop drop, CancellationToken cancellationToken)
    {
        _drops.Add(drop);
        return CountAsync(drop, cancellationToken);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_items.Count + _drops.Count > 0)
        {
            await writer.WriteAsync(_items, _drops, cancellationToken);
        }

        _items.Clear();
        _drops.Clear();
        _length = 0;
    }

    private async ValueTask CountAsync(DatasetRow row, CancellationToken cancellationToken)
    {
        _length += row.Input.Length + (row.Reference?.Length ?? 0) + (row.Rejected?.Length ?? 0) + (row.Metadata?.Length ?? 0);
        if (_items.Count + _drops.Count >= BatchRows || _length > BatchLength)
        {
            await FlushAsync(cancellationToken);
        }
    }
}
