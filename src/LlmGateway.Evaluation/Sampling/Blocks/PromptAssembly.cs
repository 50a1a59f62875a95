using System.Collections.Concurrent;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>Makes an item's messages, with the examples and passages that the run's blocks ask for.</summary>
/// <param name="prompt">The messages without blocks.</param>
/// <param name="blocks">The blocks.</param>
/// <param name="examples">The few-shot block's dataset; null for none.</param>
/// <param name="passages">The context block's; null for none, and where the item holds them.</param>
internal sealed class PromptAssembly(IPrompt prompt, PromptBlocks blocks, IndexedDataset? examples, IndexedDataset? passages)
{
    private readonly ConcurrentDictionary<int, (string Question, string Answer)> _turns = new();

    /// <exception cref="TemplateException">The item has not what they need.</exception>
    public AssembledPrompt Assemble(TemplateValues values)
    {
        var messages = prompt.Messages(values);
        if (blocks == PromptBlocks.None)
        {
            return new AssembledPrompt(messages, null);
        }

        var last = ItemText.LastUserIndex(messages) ?? throw new TemplateException("The messages have no user's message for examples and passages to stand before.");
        var asked = ItemText.OfMessage(messages[last]);
        var turns = examples is null ? [] : Turns(values, asked, examples);
        var retrieved = passages is null ? null : Retrieve(blocks.Context!, values, asked, passages);
        var texts = blocks.Context?.Given is { } given ? ContextBlock.TextsOf(given, values) : [.. (retrieved ?? []).Select(passage => passage.Text)];
        return new AssembledPrompt(MessageWriting.Write(messages, last, turns, texts), retrieved);
    }

    private List<(string Question, string Answer)> Turns(TemplateValues values, string asked, IndexedDataset dataset)
    {
        var block = blocks.FewShot!;
        List<string> own = values.Item.TryGetProperty("input", out var input) ? [asked, ItemText.OfInput(input)] : [asked];
        return [.. new ExampleChoice(block, dataset).Choose(block.Fields.QueryOf(values, asked), own).Select(index => _turns.GetOrAdd(index, Turn))];
    }

    private (string Question, string Answer) Turn(int index)
    {
        var example = examples!.Items[index];
        return (Question(example), example.Reference!);
    }

    /// <summary>As the item itself is asked for, so that an example looks like the question; else its own text.</summary>
    private string Question(IndexedItem example)
    {
        try
        {
            var messages = prompt.Messages(new TemplateValues(example.Item, null));
            return ItemText.LastUserIndex(messages) is { } last ? ItemText.OfMessage(messages[last]) : example.Text;
        }
        catch (TemplateException)
        {
            return example.Text;
        }
    }

    private static List<RetrievedPassage> Retrieve(ContextBlock block, TemplateValues values, string asked, IndexedDataset dataset) =>
    [
        .. dataset.Search(block.Fields!.QueryOf(values, asked), block.Fields.K).Where(hit => hit.Score >= block.MinScore)
            .Select(hit => new RetrievedPassage(dataset.Items[hit.Document].Id, hit.Score, dataset.Items[hit.Document].Text)),
    ];
}
