using System.Text;
using System.Text.Json;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.SemanticCaching.Caches;

namespace LlmGateway.Gateway.SemanticCaching;

/// <summary>A chat completion's or a response's request, read for its conversation. Reading texts throws <see cref="InvalidOperationException"/> where one is none.</summary>
internal sealed class RequestBody : IDisposable
{
    private readonly JsonDocument _document;
    private readonly IReadOnlyList<JsonElement> _messages;

    private RequestBody(JsonDocument document, string conversation)
    {
        _document = document;
        Conversation = conversation;
        _messages = document.RootElement.TryGetProperty(conversation, out var value)
            ? value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value]
            : [];
    }

    public JsonElement Root => _document.RootElement;

    /// <summary>The member with the conversation.</summary>
    public string Conversation { get; }

    /// <summary>The conversation; a response's plain input is one message.</summary>
    public IReadOnlyList<JsonElement> Messages => _messages;

    public static RequestBody Parse(InferenceCall call) => new(
        JsonDocument.Parse(call.Request!.Memory, new JsonDocumentOptions { MaxDepth = RequestScanner.MaxDepth }),
        call.Operation == Operation.ChatCompletions ? "messages" : "input");

    public void Dispose() => _document.Dispose();

    /// <summary>A word for the metric; null for a request that a semantic cache may answer.</summary>
    public string? ReasonToLeaveOut(SemanticCachePolicy policy) =>
        HasItems("tools") || HasItems("functions") || IsGiven("web_search_options") ? "tools"
        : Root.TryGetProperty("n", out var n) && n.ValueKind == JsonValueKind.Number && n.GetDouble() > 1 ? "choices"
        : IsGiven("audio") || IsGiven("modalities") ? "media"
        : IsGiven("previous_response_id") || IsGiven("conversation") || IsGiven("background") || IsGiven("prompt") ? "stateful"
        : _messages.Count == 0 || !IsUsers(_messages[^1]) ? "no_question"
        : _messages.Count(IsUsers) > policy.MaxTurns ? "turns"
        : _messages.Select(ReasonToLeaveOut).FirstOrDefault(reason => reason is not null);

    /// <summary>The index of the first message that is compared by meaning.</summary>
    public int FirstEmbedded(int turns)
    {
        var first = _messages.Count;
        while (first > 0 && turns > 0)
        {
            first--;
            turns -= IsUsers(_messages[first]) ? 1 : 0;
        }

        return first;
    }

    /// <summary>The text of the messages from an index on, each with its role where they are several.</summary>
    public string TextFrom(int first)
    {
        if (first == _messages.Count - 1)
        {
            return TextOf(_messages[first]);
        }

        var text = new StringBuilder();
        for (var i = first; i < _messages.Count; i++)
        {
            text.Append(RoleOf(_messages[i])).Append(": ").Append(TextOf(_messages[i])).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A plain input is the user's.</summary>
    public static string RoleOf(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object ? message.TryGetProperty("role", out var role) && role.ValueKind == JsonValueKind.String ? role.GetString()! : "" : "user";

    private static bool IsUsers(JsonElement message) => RoleOf(message) == "user";

    private static string? ReasonToLeaveOut(JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.String)
        {
            return null;
        }

        // Tool messages, calls of tools, and a response's items that are no messages, such as reasoning.
        if (RoleOf(message) is not ("system" or "developer" or "user" or "assistant")
            || (message.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.String && type.ValueEquals("message")))
            || IsGiven(message, "tool_calls") || IsGiven(message, "function_call"))
        {
            return "tools";
        }

        return IsGiven(message, "audio") || !message.TryGetProperty("content", out var content) || !IsText(content) ? "media" : null;
    }

    private static bool IsText(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => true,
        JsonValueKind.Array => content.EnumerateArray().All(part => part.ValueKind == JsonValueKind.Object
            && part.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            && (type.ValueEquals("text") || type.ValueEquals("input_text") || type.ValueEquals("output_text"))
            && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String),
        _ => false,
    };

    private static string TextOf(JsonElement message)
    {
        var content = message.ValueKind == JsonValueKind.String ? message : message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : string.Join('\n', content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
    }

    private bool HasItems(string name) => Root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0;

    private bool IsGiven(string name) => IsGiven(Root, name);

    private static bool IsGiven(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);
}
