using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;

namespace LlmGateway.Gateway.SemanticCaching.Entries;

/// <summary>A partition's vectors in memory. The nearest one is found by its <see cref="SimHash"/>, and exactly among the candidates; safe for threads.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A lock that nobody waits for holds nothing, and a table may be read while it is dropped.")]
internal sealed class VectorTable(int dimensions)
{
    /// <summary>Candidates whose similarity is computed; a table that is not larger is searched exactly.</summary>
    private const int Candidates = 256;

    /// <summary>What a row takes beside its vector and hash: objects, the id twice, its place.</summary>
    private const int RowOverhead = 256;

    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private Row[] _rows = new Row[4];
    private ulong[] _hashes = new ulong[4 * SimHash.Words];
    private long _extraBytes;

    public int Count => _places.Count;

    /// <summary>Memory that it takes, in bytes, about.</summary>
    public long Bytes => ((long)Count * BytesOfRow(dimensions)) + Interlocked.Read(ref _extraBytes);

    /// <summary>Memory of one row, without what it carries.</summary>
    public static int BytesOfRow(int dimensions) => (dimensions * 2) + (SimHash.Words * 8) + RowOverhead;

    /// <summary>Adds a row, or puts it in place of the one with its id.</summary>
    public void Add(in Row row)
    {
        var vector = new float[dimensions];
        TensorPrimitives.ConvertToSingle(row.Vector, vector);
        Span<ulong> hash = stackalloc ulong[SimHash.Words];
        SimHash.Write(vector, hash);
        _gate.EnterWriteLock();
        try
        {
            RemoveHeld(row.Id);
            var place = _places.Count;
            if (place == _rows.Length)
            {
                Array.Resize(ref _rows, place * 2);
                Array.Resize(ref _hashes, place * 2 * SimHash.Words);
            }

            _rows[place] = row;
            hash.CopyTo(_hashes.AsSpan(place * SimHash.Words));
            _places[row.Id] = place;
            Interlocked.Add(ref _extraBytes, row.ExtraBytes);
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    public void Remove(string id)
    {
        _gate.EnterWriteLock();
        try
        {
            RemoveHeld(id);
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <summary>All rows, as they are now.</summary>
    public Row[] Snapshot()
    {
        _gate.EnterReadLock();
        try
        {
            return _rows[.._places.Count];
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>The live rows that are nearest to a vector, the nearest first.</summary>
    /// <param name="vector">Of length 1.</param>
    /// <param name="now">Unix seconds; rows that expired are none.</param>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<(Row Row, float Similarity)> FindNearest(ReadOnlySpan<float> vector, long now, int count)
    {
        Span<ulong> hash = stackalloc ulong[SimHash.Words];
        SimHash.Write(vector, hash);
        var candidate = new float[dimensions];
        var nearest = new PriorityQueue<Row, float>();
        _gate.EnterReadLock();
        var distances = ArrayPool<ushort>.Shared.Rent(Math.Max(1, _places.Count));
        try
        {
            var limit = Measure(hash, distances);
            for (var place = 0; place < _places.Count; place++)
            {
                ref readonly var row = ref _rows[place];
                if (distances[place] > limit || row.ExpiresAt <= now)
                {
                    continue;
                }

                TensorPrimitives.ConvertToSingle(row.Vector, candidate);
                nearest.Enqueue(row, TensorPrimitives.Dot(vector, candidate));
                if (nearest.Count > count)
                {
                    nearest.Dequeue();
                }
            }
        }
        finally
        {
            _gate.ExitReadLock();
            ArrayPool<ushort>.Shared.Return(distances);
        }

        return [.. nearest.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => (item.Element, item.Priority))];
    }

    /// <summary>Measures all rows' distances.</summary>
    /// <returns>The distance within which the candidates are.</returns>
    private int Measure(ReadOnlySpan<ulong> hash, Span<ushort> distances)
    {
        Span<int> histogram = stackalloc int[SimHash.Bits + 1];
        histogram.Clear();
        for (var place = 0; place < _places.Count; place++)
        {
            var distance = SimHash.Distance(hash, _hashes.AsSpan(place * SimHash.Words, SimHash.Words));
            distances[place] = (ushort)distance;
            histogram[distance]++;
        }

        var (limit, count) = (-1, 0);
        while (limit < SimHash.Bits && count < Candidates)
        {
            count += histogram[++limit];
        }

        return limit;
    }

    /// <summary>The last row moves into the gap.</summary>
    private void RemoveHeld(string id)
    {
        if (!_places.Remove(id, out var place))
        {
            return;
        }

        Interlocked.Add(ref _extraBytes, -_rows[place].ExtraBytes);
        var last = _places.Count;
        if (place != last)
        {
            _rows[place] = _rows[last];
            _hashes.AsSpan(last * SimHash.Words, SimHash.Words).CopyTo(_hashes.AsSpan(place * SimHash.Words));
            _places[_rows[place].Id] = place;
        }

        _rows[last] = default;
    }

    /// <param name="Id">The entry's id.</param>
    /// <param name="Vector">Of length 1.</param>
    /// <param name="ExpiresAt">Unix seconds.</param>
    /// <param name="Entry">The entry itself where it is kept nowhere else, else null.</param>
    public readonly record struct Row(string Id, Half[] Vector, long ExpiresAt, SemanticEntry? Entry)
    {
        /// <summary>Memory of what the row carries.</summary>
        public long ExtraBytes => Entry is null ? 0 : Entry.Answer.Length + (Entry.Question.Length * 2L);
    }
}
