using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.OpenAI;

/// <summary>Turns a finished stream into the answer that the same call would have given without streaming.</summary>
public static class StreamAssembler
{
    /// <param name="operation"><c>chat.completions</c>, <c>completions</c> or <c>responses</c>.</param>
    /// <param name="sse">The whole stream.</param>
    /// <param name="json">The answer, as far as it came.</param>
    /// <param name="complete">Whether the stream ended as it should, every choice with a finish reason.</param>
    /// <returns>False when nothing could be made of it.</returns>
    public static bool TryAssemble(string operation, ReadOnlySpan<byte> sse, out byte[] json, out bool complete)
    {
        json = [];
        complete = false;
        try
        {
            var answer = operation == "responses" ? FinalResponse(sse, out complete) : MergeChunks(operation, sse, out complete);
            if (answer is null)
            {
                return false;
            }

            json = Encoding.UTF8.GetBytes(answer.ToJsonString());
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            complete = false;
            return false;
        }
    }

    private static JsonNode? FinalResponse(ReadOnlySpan<byte> sse, out bool complete)
    {
        JsonNode? answer = null;
        complete = false;
        while (TryNext(ref sse, out var data))
        {
            if (SseFrame.IsDone(data) || data.IsEmpty || JsonNode.Parse(data) is not JsonObject chunk)
            {
                continue;
            }

            var type = (string?)chunk["type"];
            if (type is "response.created" or "response.in_progress" or "response.completed" or "response.incomplete" or "response.failed")
            {
                answer = chunk["response"]?.DeepClone() ?? answer;
                complete |= type is "response.completed" or "response.incomplete";
            }
        }

        return answer;
    }

    private static JsonObject? MergeChunks(string operation, ReadOnlySpan<byte> sse, out bool complete)
    {
        JsonObject? answer = null;
        var choices = new SortedDictionary<int, JsonObject>();
        var done = false;
        while (TryNext(ref sse, out var data))
        {
            if (SseFrame.IsDone(data))
            {
                done = true;
                break;
            }

            if (data.IsEmpty || JsonNode.Parse(data) is not JsonObject chunk || chunk.ContainsKey("error"))
            {
                continue;
            }

            answer ??= [];
            MergeTop(answer, chunk);
            foreach (var choice in chunk["choices"]?.AsArray().OfType<JsonObject>() ?? [])
            {
                MergeChoice(choices, choice);
            }
        }

        complete = done && choices.Count > 0 && choices.Values.All(choice => choice["finish_reason"] is not null);
        if (answer is null || choices.Count == 0)
        {
            return null;
        }

        answer["object"] = operation == "chat.completions" ? "chat.completion" : "text_completion";
        answer["choices"] = new JsonArray([.. choices.Values.Select(Finish)]);
        return answer;
    }

    private static bool TryNext(ref ReadOnlySpan<byte> sse, out ReadOnlySpan<byte> data)
    {
        var length = SseFrame.Length(sse, final: true);
        data = length == 0 ? default : SseFrame.Data(sse[..length]);
        sse = sse[length..];
        return length > 0;
    }

    private static void MergeTop(JsonObject answer, JsonObject chunk)
    {
        foreach (var (name, value) in chunk)
        {
            // A later null takes nothing back; obfuscation pads single events only.
            if (name is not ("choices" or "obfuscation") && (value is not null || !answer.ContainsKey(name)))
            {
                answer[name] = value?.DeepClone();
            }
        }

        if (answer.TryGetPropertyValue("usage", out var usage) && usage is null)
        {
            answer.Remove("usage");
        }
    }

    private static void MergeChoice(SortedDictionary<int, JsonObject> choices, JsonObject choice)
    {
        var index = (int?)choice["index"] ?? 0;
        if (!choices.TryGetValue(index, out var merged))
        {
            choices[index] = merged = new JsonObject { ["index"] = index };
        }

        foreach (var (name, value) in choice)
        {
            switch (name)
            {
                case "index":
                    break;
                case "delta" when value is JsonObject delta:
                    MergeDelta((JsonObject)(merged["message"] ??= new JsonObject()), delta);
                    break;
                case "text":
                    merged["text"] = (string?)merged["text"] + (string?)value;
                    break;
                case "logprobs" when value is JsonObject logprobs && merged["logprobs"] is JsonObject known:
                    AppendArrays(known, logprobs);
                    break;
                default:
                    if (value is not null || !merged.ContainsKey(name))
                    {
                        merged[name] = value?.DeepClone();
                    }

                    break;
            }
        }
    }

    private static void MergeDelta(JsonObject message, JsonObject delta)
    {
        foreach (var (name, value) in delta)
        {
            if (name == "tool_calls" && value is JsonArray calls)
            {
                MergeToolCalls((JsonArray)(message["tool_calls"] ??= new JsonArray()), calls);
            }
            else if (name != "role" && value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            {
                message[name] = (string?)message[name] + (string?)text;
            }
            else if (value is JsonObject part && message[name] is JsonObject known)
            {
                MergeDelta(known, part);
            }
            else if (value is not null || !message.ContainsKey(name))
            {
                message[name] = value?.DeepClone();
            }
        }
    }

    private static void MergeToolCalls(JsonArray known, JsonArray calls)
    {
        foreach (var call in calls.OfType<JsonObject>())
        {
            var index = (int?)call["index"] ?? known.Count;
            while (known.Count <= index)
            {
                known.Add(new JsonObject());
            }

            var target = known[index]!.AsObject();
            foreach (var (name, value) in call)
            {
                if (name == "function" && value is JsonObject function)
                {
                    MergeDelta((JsonObject)(target["function"] ??= new JsonObject()), function);
                }
                else if (name != "index" && value is not null)
                {
                    target[name] = value.DeepClone();
                }
            }
        }
    }

    private static void AppendArrays(JsonObject known, JsonObject more)
    {
        foreach (var (name, value) in more)
        {
            if (value is JsonArray items && known[name] is JsonArray target)
            {
                foreach (var item in items)
                {
                    target.Add(item?.DeepClone());
                }
            }
            else if (value is not null)
            {
                known[name] = value.DeepClone();
            }
        }
    }

    /// <summary>Members that a plain answer always has.</summary>
    private static JsonNode Finish(JsonObject choice)
    {
        if (choice["message"] is JsonObject message)
        {
            message.TryAdd("role", "assistant");
            message.TryAdd("content", null);
            message.TryAdd("refusal", null);
        }

        choice.TryAdd("logprobs", null);
        choice.TryAdd("finish_reason", null);
        return choice;
    }
}
