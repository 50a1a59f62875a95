using System.Text.Json.Nodes;

namespace LlmGateway.Console.Prompts;

/// <summary>A version that is being written.</summary>
public sealed class PromptDraft
{
    private readonly JsonObject _kept = [];

    public string? Model { get; set; }

    public List<DraftMessage> Messages { get; init; } = [];

    public List<DraftVariable> Variables { get; init; } = [];

    public ChatParameters Parameters { get; init; } = new();

    public string CommitMessage { get; set; } = "";

    /// <summary>Members that the version has and the editor has no field for; they go on unchanged.</summary>
    public IEnumerable<string> Kept => _kept.Select(member => member.Key);

    /// <summary>Variables that templates use and that are not declared.</summary>
    public IReadOnlyList<string> Undeclared =>
        [.. DetectedVariables.In(Messages.Select(message => message.Content)).Except(Variables.Select(variable => variable.Name))];

    public static PromptDraft Of(PromptVersion version)
    {
        var draft = new PromptDraft
        {
            Model = version.Model,
            Messages = [.. version.Messages.Select(message => new DraftMessage { Role = message.Role, Content = message.Content })],
            Variables = [.. version.Variables.Select(DraftVariable.Of)],
            Parameters = ChatParameters.Read(version.Parameters, version.Tools, version.ResponseFormat),
        };
        Put(draft._kept, "tool_choice", version.ToolChoice);
        Put(draft._kept, "few_shot", version.FewShot);
        Put(draft._kept, "retrieval", version.Retrieval is { Count: > 0 } blocks ? blocks : null);
        Put(draft._kept, "steps", version.Steps);
        Put(draft._kept, "structured_output", version.StructuredOutput);
        return draft;
    }

    /// <summary>The content as the API takes it.</summary>
    /// <exception cref="Api.GatewayException">A field holds no JSON where it should.</exception>
    public JsonObject ToJson()
    {
        var json = _kept.DeepClone().AsObject();
        json["messages"] = new JsonArray([.. Messages.Select(message => message.ToJson())]);
        json["variables"] = new JsonArray([.. Variables.Where(variable => variable.Name.Length > 0).Select(variable => variable.ToJson())]);
        Put(json, "model", string.IsNullOrWhiteSpace(Model) ? null : JsonValue.Create(Model.Trim()));
        Put(json, "parameters", Parameters.ToJson() is { Count: > 0 } parameters ? parameters : null);
        Put(json, "tools", Parameters.ReadTools());
        Put(json, "response_format", Parameters.ReadResponseFormat());
        Put(json, "commit_message", string.IsNullOrWhiteSpace(CommitMessage) ? null : JsonValue.Create(CommitMessage.Trim()));
        return json;
    }

    private static void Put(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value.DeepClone();
        }
    }
}
