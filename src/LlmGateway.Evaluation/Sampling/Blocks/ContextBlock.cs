using System.Text.Json;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>
/// Ours: <c>"context": {"dataset_id", "version", "split", "k", "query", "min_score"}</c>. The passages of a dataset that fit the query
/// best, by BM25, stand before the last user message's own text; or those that the item itself holds, by
/// <c>"context": {"passages": "{{ item.passage }}"}</c>.
/// </summary>
/// <param name="Fields">The dataset and how many; null where the passages are given.</param>
/// <param name="MinScore">What a passage must score; 0 by default.</param>
/// <param name="Given">The passages: a text, or one reference to a list of texts; null where they are looked for.</param>
internal sealed record ContextBlock(BlockFields? Fields, double MinScore, Template? Given)
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

        if (fields.FindText("passages") is { } given)
        {
            fields.Only("passages");
            return new ContextBlock(null, 0, scope.Parse(given, fields.At("passages")));
        }

        fields.Only("dataset_id", "version", "split", "k", "query", "min_score", "passages");
        return new ContextBlock(BlockFields.Read(fields, scope), fields.FindNumber("min_score", 0, MaxScore) ?? 0, null);
    }

    /// <summary>The passages that the item holds.</summary>
    /// <exception cref="TemplateException">It holds none.</exception>
    public static IReadOnlyList<string> TextsOf(Template given, TemplateValues values) =>
        given.IsReference && values.Value(given.Paths.Single()) is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(element => element.ToString())]
            : [given.Render(values)];
}
