using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Calls;

/// <summary>A member of a request that a prompt gives unless the request has it itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Json">Its value.</param>
internal readonly record struct PromptMember(string Name, byte[] Json);

/// <summary>
/// A prompt's parameters, tools and response format as members of a request. They are written as chat completions has them;
/// the responses API has some of them by other names and in other shapes.
/// </summary>
internal static class PromptMembers
{
    private const int MaxModelLength = 256;
    private const int MaxBytes = 256 << 10;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a prompt has by itself, or a request alone decides.</summary>
    private static readonly string[] NoParameters =
        ["model", "messages", "input", "instructions", "prompt", "tools", "tool_choice", "response_format", "stream", "stream_options", "metadata", "store", "user"];

    /// <exception cref="ApiException">400 naming the member.</exception>
    public static void Check(PromptContent content)
    {
        RefuseNull(content.Messages, "messages");
        RefuseNull(content.Variables, "variables");
        RefuseNull(content.Retrieval, "retrieval");
        RefuseNull(content.Steps ?? [], "steps");
        RefuseNull(content.FewShot is { } block ? block.Examples : [], "few_shot.examples");
        if (content.Model is { } model && (model.Length is 0 or > MaxModelLength || model.StartsWith(PromptReference.ModelPrefix, StringComparison.Ordinal)))
        {
            throw PromptRules.Refused($"'model' has from 1 to {MaxModelLength} characters and is no prompt.", "model");
        }

        if (content.Parameters?.FirstOrDefault(parameter => NoParameters.Contains(parameter.Key)) is { Key: { } name })
        {
            throw PromptRules.Refused($"'{name}' is no parameter: a prompt has it as a member of its own, or the request decides it.", $"parameters.{name}");
        }

        if (content.Tools?.Any(tool => tool is not JsonObject) == true)
        {
            throw PromptRules.Refused("'tools' holds objects.", "tools");
        }

        if (For(Operation.ChatCompletions, content).Sum(member => member.Json.Length) > MaxBytes)
        {
            throw PromptRules.Refused($"Parameters, tools and response format may have at most {MaxBytes} bytes together.", "parameters");
        }
    }

    /// <summary>The serializer does not look into lists.</summary>
    private static void RefuseNull<T>(IReadOnlyList<T>? entries, string param)
        where T : class?
    {
        if (entries is null)
        {
            throw PromptRules.Refused($"'{param}' must be a list.", param, "invalid_type");
        }

        for (var index = 0; index < entries.Count; index++)
        {
            if (entries[index] is null)
            {
                throw PromptRules.Refused($"'{param}[{index}]' must be an object.", $"{param}[{index}]", "invalid_type");
            }
        }
    }

    public static IReadOnlyList<PromptMember> For(Operation operation, PromptContent content)
    {
        var members = new JsonObject();
        foreach (var (name, value) in content.Parameters ?? [])
        {
            members[name] = value?.DeepClone();
        }

        Add(members, "tools", content.Tools);
        Add(members, "tool_choice", content.ToolChoice);
        Add(members, "response_format", content.ResponseFormat);
        if (operation == Operation.Responses)
        {
            ToResponses(members);
        }

        return [.. members.Select(member => new PromptMember(member.Key, JsonSerializer.SerializeToUtf8Bytes(member.Value, Plain)))];
    }

    private static void Add(JsonObject members, string name, JsonNode? value)
    {
        if (value is not null)
        {
            members[name] = value.DeepClone();
        }
    }

    /// <summary>What has no place there stays as it is, and the provider says so.</summary>
    private static void ToResponses(JsonObject members)
    {
        Move(members, "max_tokens", members, "max_output_tokens");
        Move(members, "max_completion_tokens", members, "max_output_tokens");
        Move(members, "reasoning_effort", Child(members, "reasoning"), "effort");
        Move(members, "verbosity", Child(members, "text"), "verbosity");
        if (Take(members, "response_format") is JsonObject format)
        {
            Child(members, "text")["format"] = Flatten(format, "json_schema");
        }

        if (members["tools"] is JsonArray tools)
        {
            members["tools"] = new JsonArray([.. tools.Select(tool => Flatten((JsonObject)tool!, "function"))]);
        }

        if (members["tool_choice"] is JsonObject choice)
        {
            members["tool_choice"] = Flatten(choice, "function");
        }

        foreach (var empty in (string[])["reasoning", "text"])
        {
            if (members[empty] is JsonObject { Count: 0 })
            {
                members.Remove(empty);
            }
        }
    }

    /// <summary><c>{type, function: {name}}</c> becomes <c>{type, name}</c>.</summary>
    private static JsonObject Flatten(JsonObject value, string inner)
    {
        var flat = (JsonObject)value.DeepClone();
        if (Take(flat, inner) is JsonObject members)
        {
            foreach (var (name, member) in members)
            {
                flat[name] = member?.DeepClone();
            }
        }

        return flat;
    }

    private static void Move(JsonObject from, string name, JsonObject to, string newName)
    {
        if (Take(from, name) is { } value)
        {
            to[newName] = value;
        }
    }

    private static JsonObject Child(JsonObject members, string name)
    {
        if (members[name] is not JsonObject child)
        {
            members[name] = child = [];
        }

        return child;
    }

    private static JsonNode? Take(JsonObject members, string name)
    {
        var value = members[name];
        members.Remove(name);
        return value;
    }
}
