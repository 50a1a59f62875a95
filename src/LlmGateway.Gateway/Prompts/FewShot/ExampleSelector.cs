using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Service;
using LlmGateway.Text.Search;

namespace LlmGateway.Gateway.Prompts.FewShot;

/// <summary>Chooses a block's examples for an input; the index is built once for a version.</summary>
internal sealed class ExampleSelector
{
    private const int MaxExamples = 1_000;
    private const int MaxLength = 256 * 1024;

    private readonly FewShotBlock _block;
    private readonly ExampleSelection? _selection;
    private readonly ExampleOptions _options;

    private ExampleSelector(FewShotBlock block)
    {
        _block = block;
        _options = new ExampleOptions(block.K ?? 0, block.Diversity, block.Balance, SkipsNearDuplicates: true);
        _selection = block.K is null || block.Dataset is not null ? null : new ExampleSelection([.. block.Examples.Select(example => example.Input)], [.. block.Examples.Select(example => example.Output)]);
    }

    /// <summary>Whether it chooses from a dataset, which is looked up.</summary>
    public bool LooksUp => _block.Dataset is not null;

    /// <exception cref="ApiException">Something in the block is wrong (400).</exception>
    public static ExampleSelector Build(FewShotBlock block)
    {
        if (block.Dataset is not null)
        {
            CheckDataset(block);
            return new ExampleSelector(block);
        }

        Check(block.Split is null, "few_shot.split", "A split is of a dataset: name one in 'few_shot.dataset'.");
        Check(block.Examples is { Count: >= 1 and <= MaxExamples }, "few_shot.examples", $"A block has 1 to {MaxExamples:N0} examples.");
        Check(block.Examples.All(example => example is { Input: not null, Output: not null }), "few_shot.examples", "Each example has an input and an output.");
        Check(block.Examples.Sum(example => example.Input.Length + example.Output.Length) <= MaxLength, "few_shot.examples", $"All examples together have at most {MaxLength:N0} characters.");
        Check(block.K is null or >= 1 and <= 100, "few_shot.k", "A number from 1 to 100 is needed, or null for all examples.");
        CheckDiversity(block);
        return new ExampleSelector(block);
    }

    /// <summary>Those that are shown, in their order: the likest last, next to the input; without a number of them all as they stand.</summary>
    /// <param name="query">What they are to be like.</param>
    /// <param name="input">What is asked, which no example may repeat; null for the query.</param>
    /// <param name="blocks">Where those of a dataset are looked up.</param>
    public IEnumerable<PromptExample> Select(string query, string? input, BlockRun blocks) =>
        LooksUp ? ExamplesBlock.Read(blocks.Find(ExamplesBlock.Of(_block, query)).Value)
            : _selection is null ? _block.Examples
            : _selection.Nearest(query, [query, input ?? query], _options).Select(index => _block.Examples[index]);

    private static void CheckDataset(FewShotBlock block)
    {
        Check(block.Examples is null or { Count: 0 }, "few_shot.examples", "Give either 'examples' or a 'dataset'.");
        Check(block.Dataset is { Length: >= 1 and <= 200 }, "few_shot.dataset", "A dataset's id is needed, with '@' and a version where it is not the latest.");
        Check(block.Split is null or "train" or "validation" or "test", "few_shot.split", "A split is 'train', 'validation' or 'test'.");
        Check(block.K is >= 1 and <= 100, "few_shot.k", "A number from 1 to 100 is needed.");
        CheckDiversity(block);
    }

    private static void CheckDiversity(FewShotBlock block) => Check(block.Diversity is >= 0 and <= 1, "few_shot.diversity", "A number from 0 to 1 is needed.");

    private static void Check(bool holds, string param, string message)
    {
        if (!holds)
        {
            throw new ApiException(ApiErrors.BadRequest(message, param));
        }
    }
}
