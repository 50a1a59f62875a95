using System.Text.Json.Nodes;

namespace LlmGateway.LocalModel;

/// <summary>What an answer and all its chunks have in common.</summary>
internal sealed record ChatHead(string Id, long Created, string Model)
{
    public JsonObject Json(string kind) => new()
    {
        ["id"] = Id,
        ["object"] = kind,
        ["created"] = Created,
        ["model"] = Model,
        ["system_fingerprint"] = "fp_local_1",
    };
}
