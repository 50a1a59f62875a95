using System.Text.Json.Nodes;
using LlmGateway.Console.Prompts;

namespace LlmGateway.Console.Playground;

/// <summary>What the playground asks: the same of one model or two.</summary>
public sealed class BenchDraft
{
    public List<DraftMessage> Messages { get; init; } = [];

    public ChatParameters Parameters { get; init; } = new();

    /// <summary>A version of a prompt that goes before the messages; null for none.</summary>
    public BenchPrompt? Prompt { get; init; }

    public static BenchDraft Empty => new() { Messages = [new DraftMessage { Role = "system" }, new DraftMessage { Role = "user" }] };

    public static BenchDraft Of(PromptVersion version) => new()
    {
        Messages = [new DraftMessage { Role = "user" }],
        Prompt = new BenchPrompt(version.Id[..version.Id.LastIndexOf('@')], version),
    };

    /// <summary>The request of one model.</summary>
    /// <exception cref="Api.GatewayException">A field holds no JSON where it should.</exception>
    public JsonObject ToRequest(string? model)
    {
        var request = Parameters.ToJson();
        request["messages"] = new JsonArray([.. Messages.Where(message => message.Whole is not null || message.Content.Length > 0).Select(message => message.ToJson())]);
        if (!string.IsNullOrWhiteSpace(model))
        {
            request["model"] = model.Trim();
        }

        if (Prompt is { } prompt)
        {
            request["prompt"] = prompt.ToJson();
        }

        Put(request, "tools", Parameters.ReadTools());
        Put(request, "response_format", Parameters.ReadResponseFormat());
        request["stream"] = true;
        request["stream_options"] = new JsonObject { ["include_usage"] = true };
        return request;
    }

    private static void Put(JsonObject request, string name, JsonNode? value)
    {
        if (value is not null)
        {
            request[name] = value;
        }
    }
}

/// <summary>A version of a prompt with its variables' values.</summary>
public sealed record BenchPrompt(string Name, PromptVersion Version)
{
    public Dictionary<string, string> Values { get; } = [];

    /// <exception cref="Api.GatewayException">A value is not of its variable's type.</exception>
    public JsonObject ToJson() => new()
    {
        ["id"] = Name,
        ["version"] = $"{Version.Version}",
        ["variables"] = VariableFields.Read(Version.Variables, Values),
    };
}
