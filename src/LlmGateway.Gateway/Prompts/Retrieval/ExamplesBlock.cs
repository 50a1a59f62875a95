using System.Text.Json.Nodes;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Few-shot examples out of a dataset version: <c>{% examples dataset: "ds_…@3", k: 4, balanced: true, as: shots %}</c>.</summary>
internal static class ExamplesBlock
{
    public const int MaxExamples = 100;

    /// <remarks>Without <c>query</c> the last message of the user is what examples should be like.</remarks>
    public static readonly BlockKind Kind = new(
        "examples",
        new("dataset", BlockArgumentType.Text, IsNeeded: true, Max: 200),
        new("split", BlockArgumentType.Text) { Choices = ["train", "validation", "test"] },
        new("query", BlockArgumentType.Text),
        new("k", BlockArgumentType.Integer, Min: 1, Max: MaxExamples),
        new("diversity", BlockArgumentType.Number, Min: 0, Max: 1),
        new("balanced", BlockArgumentType.Boolean),
        new("mode", BlockArgumentType.Text) { Choices = ["lexical", "hybrid"] });

    /// <summary>What a prompt's member <c>few_shot</c> wants that names a dataset.</summary>
    public static BlockRequest Of(FewShotBlock block, string query) => BlockRequest.Of(Kind, new JsonObject
    {
        ["dataset"] = block.Dataset,
        ["split"] = block.Split,
        ["query"] = query,
        ["k"] = block.K,
        ["diversity"] = block.Diversity,
        ["balanced"] = block.Balance,
    });

    /// <summary>What was found, the likest last, next to the question.</summary>
    public static IEnumerable<PromptExample> Read(JsonNode? found) =>
        found!.AsArray().Select(example => new PromptExample((string)example!["input"]!, (string)example["output"]!));
}
