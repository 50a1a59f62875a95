using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>
/// Ours: <c>"context": {"dataset_id", "version", "split", "k", "query", "min_score"}</c>. The passages of a dataset that fit the query
/// best, by BM25, stand before the last user message's own text.
/// </summary>
/// <param name="Fields">The dataset and how many.</param>
/// <param name="MinScore">What a passage must score; 0 by default.</param>
internal sealed record ContextBlock(BlockFields Fields, double MinScore)
{
    public const string Name = "context";
    private const double MaxScore = 1e6;

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static ContextBlock? Read(JsonFields dataSource, TemplateScope scope)
    {
        if (dataSource.FindObject(Name) is not { } fields)
        {
            return null;
        }

        fields.Only("dataset_id", "version", "split", "k", "query", "min_score");
        return new ContextBlock(BlockFields.Read(fields, scope), fields.FindNumber("min_score", 0, MaxScore) ?? 0);
    }
}
