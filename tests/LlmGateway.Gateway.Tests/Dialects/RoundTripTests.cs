using System.Text.Json.Nodes;
using CsCheck;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Tests.Dialects;

/// <summary>Any conversation that goes to messages and back has the same texts, tools, calls, results and roles in the same order.</summary>
public sealed class RoundTripTests
{
    private static readonly Gen<string> Word = Gen.String[Gen.Char["bcXY01\"\\\nü漢<{ "], 1, 12].Select(text => $"a{text}z");

    private static readonly Gen<string> Id = Gen.String[Gen.Char.AlphaNumeric, 4, 8];

    private static readonly Gen<JsonObject> Call = Gen.Select(Id, Word, Gen.OneOf(
        Word.Select(value => new JsonObject { ["v"] = value }.ToJsonString()), Gen.Const("{}"), Gen.Const("{\"broken\":"), Gen.Const("[1]")))
        .Select((id, name, arguments) => new JsonObject
        {
            ["id"] = id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments },
        });

    private static readonly Gen<JsonObject[]> Turn = Gen.OneOf(
        Word.Select(text => new[] { Message("user", text) }),
        Word.Array[1, 3].Select(texts => new[]
        {
            new JsonObject { ["role"] = "user", ["content"] = new JsonArray([.. texts.Select(text => new JsonObject { ["type"] = "text", ["text"] = text })]) },
        }),
        Word.Select(text => new[] { Message("assistant", text) }),
        Gen.Select(Word, Call.Array[1, 3]).Select((text, calls) => (JsonObject[])
        [
            new JsonObject { ["role"] = "assistant", ["content"] = text, ["tool_calls"] = new JsonArray([.. calls]) },
            .. calls.Select(call => new JsonObject { ["role"] = "tool", ["tool_call_id"] = (string?)call["id"], ["content"] = $"result of {call["id"]}" }),
        ]));

    private static readonly Gen<JsonObject> Request = Gen.Select(Word.Array[0, 2], Turn.Array[1, 6], Word.Array[0, 3])
        .Select((systems, turns, tools) =>
        {
            var request = new JsonObject { ["model"] = "m", ["messages"] = new JsonArray([.. systems.Select(text => Message("system", text)), Message("user", "begin"), .. turns.SelectMany(turn => turn)]) };
            if (tools.Length > 0)
            {
                request["tools"] = new JsonArray([.. tools.Select((name, index) => new JsonObject
                {
                    ["type"] = "function",
                    ["function"] = new JsonObject { ["name"] = $"{name}{index}", ["description"] = name, ["parameters"] = new JsonObject { ["type"] = "object", ["title"] = name } },
                })]);
            }

            return request;
        });

    [Fact]
    public void Texts_tools_and_roles_survive() => Request.Sample(
        request =>
        {
            var (messages, _) = Translated.Request(Operation.ChatCompletions, Translated.Claude(), request.ToJsonString());
            var (back, dropped) = Translated.Request(Operation.Messages, Translated.Generic(), messages.ToJsonString());
            return dropped.Count == 0 && Sketch(request) == Sketch(back) && JsonNode.DeepEquals(request["tools"], back["tools"]);
        },
        print: request => request.ToJsonString());

    /// <summary>What must survive: neighbours of one role are one, and so are the parts of a text.</summary>
    private static string Sketch(JsonNode request)
    {
        var said = new List<(string Role, string Text)>();
        foreach (var message in request["messages"]!.AsArray().OfType<JsonObject>())
        {
            var role = (string)message["role"]!;
            Add(said, role == "tool" ? $"tool {message["tool_call_id"]}" : role, Text(message["content"]));
            foreach (var call in message["tool_calls"]?.AsArray().OfType<JsonObject>() ?? [])
            {
                said.Add(($"call {call["id"]}", $"{call["function"]!["name"]} {call["function"]!["arguments"]}"));
            }
        }

        // Several instructions become one text, with an empty line between.
        return string.Join('\u0001', said).Replace("z\n\na", "za", StringComparison.Ordinal);
    }

    private static void Add(List<(string Role, string Text)> said, string role, string text)
    {
        if (said.Count > 0 && said[^1].Role == role)
        {
            said[^1] = (role, said[^1].Text + text);
        }
        else
        {
            said.Add((role, text));
        }
    }

    private static string Text(JsonNode? content) => content switch
    {
        JsonArray parts => string.Concat(parts.Select(part => (string?)part!["text"])),
        null => "",
        _ => (string)content!,
    };

    private static JsonObject Message(string role, string text) => new() { ["role"] = role, ["content"] = text };
}
