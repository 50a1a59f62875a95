using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Templates;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>What the blocks have in common: a dataset, how many of its items, and what they are looked for with.</summary>
/// <param name="Source">The dataset.</param>
/// <param name="K">How many items.</param>
/// <param name="Query">What to look for; null for the last user message.</param>
internal sealed record BlockFields(DatasetSource Source, int K, Template? Query)
{
    private const int MaxItems = 64;
    private const int MaxQueryLength = 10_000;

    public static BlockFields Read(JsonFields fields, TemplateScope scope)
    {
        fields.Number("k", 1, MaxItems);
        return new BlockFields(
            DatasetSource.ReadNamed(fields),
            fields.FindInteger("k", 1, MaxItems)!.Value,
            fields.FindText("query", MaxQueryLength) is { } query ? scope.Parse(query, fields.At("query")) : null);
    }

    /// <exception cref="TemplateException">The item has not what the query names.</exception>
    public string QueryOf(TemplateValues values, string lastUserText) => Query?.Render(values) ?? lastUserText;
}
