using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>A change of a stack.</summary>
/// <param name="Name">The caller's own.</param>
/// <param name="Kind">Which technique it is, one of <see cref="Kinds"/>.</param>
/// <param name="Set">The members of the data source that it sets, as in the base; null takes one away.</param>
internal sealed record Change(string Name, string Kind, JsonElement Set)
{
    public const string SamplingParams = "sampling_params";
    private const string FineTuned = "ft:";
    private const int MaxNameLength = 100;

    public static readonly string[] Kinds = ["prompt", "few_shot", "retrieval", "model", "fine_tune", "parameters"];

    /// <summary>What a change, and the base, may say of a data source.</summary>
    public static readonly string[] Members = ["model", "input_messages", FewShotBlock.Name, ContextBlock.Name, SamplingParams];

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static Change Read(JsonFields fields)
    {
        fields.Only("name", "kind", "set");
        var name = fields.Text("name", MaxNameLength);
        if (string.IsNullOrWhiteSpace(name))
        {
            throw JsonFields.Invalid("A change needs a name.", fields.At("name"));
        }

        var set = fields.Object("set").Only(Members);
        if (!set.Element.EnumerateObject().Any())
        {
            throw JsonFields.Invalid($"The change '{name}' sets nothing; it may set {string.Join(", ", Members)}.", set.Path);
        }

        return new Change(name, fields.Find("kind") is null ? KindOf(set) : fields.Choice("kind", Kinds), set.Element);
    }

    /// <summary>By what it sets; the model first, because a change of model is seldom without other changes.</summary>
    private static string KindOf(JsonFields set) =>
        set.FindText("model", ModelRequest.MaxModelLength) is { } model ? model.StartsWith(FineTuned, StringComparison.Ordinal) ? "fine_tune" : "model"
        : set.Find(ContextBlock.Name) is not null ? "retrieval"
        : set.Find(FewShotBlock.Name) is not null ? "few_shot"
        : set.Find("input_messages") is not null ? "prompt"
        : "parameters";
}
