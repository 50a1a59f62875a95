using System.Buffers;
using System.Text.Json;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>
/// Counts the tokens of items as OpenAI's cookbook counts those of files for fine-tuning: messages with their overheads, and tools.
/// The two answers of a preference count with one prompt.
/// </summary>
/// <param name="model">Its vocabulary counts.</param>
/// <param name="need">Says what of an item is trained on.</param>
internal sealed class TrainingTokens(string model, ItemNeed need)
{
    /// <summary>How often each item is read where nobody says.</summary>
    public const int DefaultEpochs = 3;

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly SortedDictionary<string, SplitTokens> _splits = new(StringComparer.Ordinal);
    private readonly List<int> _lengths = [];

    public string Model => model;

    public int Items => _lengths.Count;

    public long Total { get; private set; }

    public IReadOnlyDictionary<string, SplitTokens> Splits => _splits;

    /// <summary>The item with the most tokens, the first of several; null for none.</summary>
    public ItemTokens? Longest { get; private set; }

    public void Add(IEnumerable<ItemContent> items, CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(item, Count(item));
        }
    }

    /// <summary>Items with more tokens than a model takes.</summary>
    public int Over(int tokens) => _lengths.Count(length => length > tokens);

    private void Add(ItemContent item, int tokens)
    {
        Total += tokens;
        _lengths.Add(tokens);
        Longest = tokens > (Longest?.Tokens ?? -1) ? new ItemTokens(item.Row.ItemId, tokens) : Longest;
        if (item.Row.Split is { } split)
        {
            var before = _splits.GetValueOrDefault(split, new SplitTokens(0, 0));
            _splits[split] = new SplitTokens(before.Items + 1, before.Tokens + tokens);
        }
    }

    private int Count(ItemContent item)
    {
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteValues("messages", need.Messages(item));
            writer.WriteValue("tools", item.Tools);
            writer.WriteEndObject();
        }

        return ChatTokenEstimator.EstimateInput(_buffer.WrittenSpan);
    }
}

/// <summary>Of one split.</summary>
internal sealed record SplitTokens(int Items, long Tokens);

/// <summary>Of one item.</summary>
internal sealed record ItemTokens(string Id, int Tokens);
