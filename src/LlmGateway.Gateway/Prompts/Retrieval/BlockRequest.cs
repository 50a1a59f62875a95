using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>What a block wants looked up. Equal requests of one rendering are looked up once.</summary>
/// <param name="Tag">The block's kind.</param>
/// <param name="Arguments">A JSON object, in the order of the kind's arguments.</param>
internal readonly record struct BlockRequest(string Tag, string Arguments)
{
    /// <summary>Whether the request fails with it while its service is away.</summary>
    public bool IsRequired => (bool?)Read()[BlockKind.Required.Name] ?? true;

    public static BlockRequest Of(BlockKind kind, JsonObject values)
    {
        var ordered = new JsonObject();
        foreach (var argument in kind.Arguments.Append(BlockKind.Required))
        {
            if (values[argument.Name] is { } value)
            {
                ordered[argument.Name] = value.DeepClone();
            }
        }

        if (values[BlockKind.Parameters] is { } parameters)
        {
            ordered[BlockKind.Parameters] = parameters.DeepClone();
        }

        return new BlockRequest(kind.Tag, ordered.ToJsonString());
    }

    public JsonObject Read() => (JsonObject)JsonNode.Parse(Arguments)!;
}

/// <summary>What a block was given.</summary>
/// <param name="Value">What the variable after <c>as</c> holds.</param>
/// <param name="Text">What the tag writes where there is no <c>as</c>.</param>
/// <param name="Report">What the log keeps; null for a block that has not been looked up.</param>
internal sealed record BlockResult(JsonNode? Value, string Text, InferenceRetrieval? Report)
{
    public static readonly BlockResult None = new(new JsonArray(), "", null);
}
