using System.Text.Json;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>
/// Lines of OpenAI's files for fine-tuning, by the method they are for.
/// See <see href="https://platform.openai.com/docs/api-reference/fine-tuning/chat-input"/>, and beside it the inputs of preference and reinforcement.
/// </summary>
internal static class OpenAILines
{
    /// <summary>Where a line for reinforcement has what is right: the field that OpenAI's guide calls so, of those that a grader sees as <c>item.…</c>.</summary>
    public const string ReferenceField = "reference_answer";

    /// <summary>Members that stand beside messages.</summary>
    public static readonly string[] Settings = ["tools", "parallel_tool_calls", "functions", "response_format"];

    private static readonly string[] SupervisedFields = ["messages", .. Settings];

    /// <summary><c>{"messages", "tools"}</c>, where the last message is the assistant's: it becomes the reference.</summary>
    /// <exception cref="LineException">The line breaks a rule.</exception>
    public static ItemDraft Supervised(byte[] line, int number)
    {
        var value = JsonLine.ReadObject(line);
        JsonLine.Only(value, "", SupervisedFields);
        var messages = ChatRules.Read(value, "messages", "messages");
        ChatRules.CheckTools(value, "tools");
        var length = messages.GetArrayLength();
        if (length < 2 || ChatRules.Role(messages[length - 1]) != "assistant")
        {
            throw new LineException("'messages' must end with an answer of the assistant to something before it");
        }

        if (!ChatRules.AnyTrained(messages.EnumerateArray()))
        {
            throw new LineException("'messages' has nothing to learn: each answer of the assistant has the weight 0");
        }

        var (input, reference) = LineParser.Divide(messages, value.EnumerateObject().Where(member => member.Name != "messages"), isAnswered: true);
        return new ItemDraft { Input = input, Reference = reference, Line = number };
    }

    /// <summary><c>{"input": {"messages", "tools"}, "preferred_output": [message], "non_preferred_output": [message]}</c>.</summary>
    /// <inheritdoc cref="Supervised"/>
    public static ItemDraft Preference(byte[] line, int number)
    {
        var value = JsonLine.ReadObject(line);
        JsonLine.Only(value, "", "input", "preferred_output", "non_preferred_output");
        var input = value.Find("input") is { ValueKind: JsonValueKind.Object } given ? given : throw new LineException("'input' must be an object with 'messages'");
        JsonLine.Only(input, "input.", SupervisedFields);
        ChatRules.Read(input, "messages", "input.messages");
        ChatRules.CheckTools(input, "input.tools");
        return new ItemDraft { Input = input, Reference = ReadOutput(value, "preferred_output"), Rejected = ReadOutput(value, "non_preferred_output"), Line = number };
    }

    /// <summary>
    /// <c>{"messages", "tools"}</c>, where the last message is the user's, and fields of the caller's own: <see cref="ReferenceField"/>
    /// becomes the reference, all others the metadata.
    /// </summary>
    /// <inheritdoc cref="Supervised"/>
    public static ItemDraft Reinforcement(byte[] line, int number)
    {
        var value = JsonLine.ReadObject(line);
        var messages = ChatRules.Read(value, "messages", "messages");
        ChatRules.CheckTools(value, "tools");
        if (ChatRules.Role(messages[messages.GetArrayLength() - 1]) != "user")
        {
            throw new LineException("'messages' must end with a message of the user's");
        }

        var metadata = value.EnumerateObject().Where(member => member.Name is not ("messages" or "tools" or ReferenceField))
            .ToDictionary(member => member.Name, member => member.Value);
        JsonElement? fields = metadata.Count == 0 ? null : JsonSerializer.SerializeToElement(metadata, DatasetsJsonContext.Default.DictionaryStringJsonElement);
        return new ItemDraft
        {
            Input = LineParser.Divide(messages, value.EnumerateObject().Where(member => member.Name == "tools"), isAnswered: false).Input,
            Reference = value.Find(ReferenceField),
            Metadata = fields,
            EpisodeId = LineParser.EpisodeOf(fields),
            Line = number,
        };
    }

    private static JsonElement ReadOutput(JsonElement value, string member)
    {
        var output = ChatRules.Read(value, member, member);
        return output.GetArrayLength() == 1 && ChatRules.Role(output[0]) == "assistant"
            ? ChatForm.Simplify(output[0])
            : throw new LineException($"'{member}' must have one message, the assistant's");
    }
}
