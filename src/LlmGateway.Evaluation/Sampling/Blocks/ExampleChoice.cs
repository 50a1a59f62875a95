using LlmGateway.Text.Search;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>Chooses the examples that stand before a question.</summary>
internal sealed class ExampleChoice(FewShotBlock block, IndexedDataset dataset)
{
    /// <summary>In the order of the prompt: the likest stands last, next to the question.</summary>
    /// <param name="query">What they should be like.</param>
    /// <param name="own">Texts that an example may not repeat: it would give the answer away.</param>
    public IReadOnlyList<int> Choose(string query, IEnumerable<string> own)
    {
        var options = new ExampleOptions(block.Fields.K, IsBalanced: block.IsBalanced);
        return block.IsNearest ? dataset.Examples.Nearest(query, [.. own], options) : dataset.Examples.First([.. own], options);
    }
}
