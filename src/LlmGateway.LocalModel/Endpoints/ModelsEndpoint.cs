using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>GET models: says what they are.</summary>
internal static class ModelsEndpoint
{
    public static IResult Handle(LearnedModels models) => new JsonAnswer(new JsonObject
    {
        ["object"] = "list",
        ["data"] = new JsonArray(
        [
            Describe("chat", "A development stand-in, not a language model: answers by labels, examples and passages found in the prompt."),
            Describe("embedding", "A development stand-in: hashed word and character n-grams, 256, 512 or 1024 dimensions."),
            .. models.Names().Select(name => Describe(name, "A development stand-in, not a language model: a classifier, or the nearest example, learned from a training file.")),
        ]),
    });

    private static JsonObject Describe(string id, string description) =>
        new() { ["id"] = id, ["object"] = "model", ["created"] = 0, ["owned_by"] = "local", ["description"] = description };
}
