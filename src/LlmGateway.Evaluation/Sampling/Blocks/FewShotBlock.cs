using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling.Blocks;

/// <summary>
/// Ours: <c>"few_shot": {"dataset_id", "version", "split", "k", "query", "selection", "balanced"}</c>. Items of a dataset that have a
/// reference stand as question and answer before the last user message.
/// </summary>
/// <param name="Fields">The dataset and how many.</param>
/// <param name="IsNearest">The ones likest to the query, the likest last; else the dataset's first.</param>
/// <param name="IsBalanced">As many of each reference as there can be.</param>
internal sealed record FewShotBlock(BlockFields Fields, bool IsNearest, bool IsBalanced)
{
    public const string Name = "few_shot";
    private const string Nearest = "nearest";

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static FewShotBlock? Read(JsonFields dataSource, TemplateScope scope)
    {
        if (dataSource.FindObject(Name) is not { } fields)
        {
            return null;
        }

        fields.Only("dataset_id", "version", "split", "k", "query", "selection", "balanced");
        var isNearest = fields.Find("selection") is null || fields.Choice("selection", Nearest, "first") == Nearest;
        return new FewShotBlock(BlockFields.Read(fields, scope), isNearest, fields.FindBoolean("balanced", false));
    }
}
