using System.Text.Json.Nodes;

namespace Loop;

/// <summary>One way of asking.</summary>
/// <param name="Name">For people.</param>
/// <param name="Model">The model to ask.</param>
/// <param name="Instructions">The system message, which may be a template over the item; empty for none.</param>
internal sealed record Technique(string Name, string Model, string Instructions)
{
    /// <summary>A run of the evaluation over an uploaded file.</summary>
    public JsonObject Describe(string file)
    {
        var messages = new JsonArray();
        if (Instructions.Length > 0)
        {
            messages.Add(Message("system", Instructions));
        }

        messages.Add(Message("user", "{{ item.question }}"));
        return new()
        {
            ["name"] = Name,
            ["data_source"] = new JsonObject
            {
                ["type"] = "completions",
                ["model"] = Model,
                ["source"] = new JsonObject { ["type"] = "file_id", ["id"] = file },
                ["input_messages"] = new JsonObject { ["type"] = "template", ["template"] = messages },
            },
        };
    }

    private static JsonObject Message(string role, string content) => new() { ["type"] = "message", ["role"] = role, ["content"] = content };
}
