using System.Text.Json.Nodes;
using LlmGateway.Text.Tokens;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>POST chat/completions.</summary>
internal static class ChatEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, TimeProvider time, LearnedModels models)
    {
        var body = await RequestBody.ReadAsync(context);
        var model = ModelChoice.Of(body, models);
        var generation = new Generation
        {
            Learned = model.Learned,
            Turns = MessageParser.Read(body.Required("messages"), "messages"),
            Sampling = body.Sampling("max_completion_tokens", "max_tokens"),
        }.WithFormat(body.Field("response_format"), "response_format").WithTools(body);
        var answers = Enumerable.Range(0, generation.Sampling.Count).Select(i => Responder.Answer(generation, i)).ToList();
        var usage = UsageJson.Chat(ChatTokenEstimator.EstimateInput(body.Bytes), answers.Sum(answer => answer.Tokens));
        var head = new ChatHead($"chatcmpl-{Guid.CreateVersion7():N}", time.GetUtcNow().ToUnixTimeSeconds(), model.Name);
        if (!body.Flag("stream"))
        {
            return new JsonAnswer(Whole(head, answers, usage));
        }

        await StreamAsync(new EventStream(context), head, answers, body.WantsStreamedUsage ? usage : null);
        return Results.Empty;
    }

    private static JsonObject Whole(ChatHead head, IEnumerable<Answer> answers, JsonObject usage)
    {
        var json = head.Json("chat.completion");
        json["choices"] = new JsonArray([.. answers.Select((answer, i) => new JsonObject
        {
            ["index"] = i,
            ["message"] = Message(answer),
            ["logprobs"] = null,
            ["finish_reason"] = answer.FinishReason,
        })]);
        json["usage"] = usage;
        return json;
    }

    private static JsonObject Message(Answer answer)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = Content(answer, answer.Text), ["refusal"] = null };
        if (answer.Calls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. answer.Calls.Select(Call)]);
        }

        return message;
    }

    // Null beside calls, as OpenAI has it.
    private static JsonValue? Content(Answer answer, string text) => answer.Calls.Count > 0 ? null : JsonValue.Create(text);

    private static JsonObject Call(ToolCall call) => new()
    {
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
    };

    // With include_usage every chunk has "usage": null and one more chunk, without choices, has the usage.
    private static async Task StreamAsync(EventStream events, ChatHead head, List<Answer> answers, JsonObject? usage)
    {
        events.Start();
        for (var i = 0; i < answers.Count; i++)
        {
            foreach (var delta in Deltas(answers[i]))
            {
                await events.WriteAsync(Chunk(head, i, delta, null, usage is not null));
            }

            await events.WriteAsync(Chunk(head, i, [], answers[i].FinishReason, usage is not null));
        }

        if (usage is not null)
        {
            var last = head.Json("chat.completion.chunk");
            last["choices"] = new JsonArray();
            last["usage"] = usage;
            await events.WriteAsync(last);
        }

        await events.DoneAsync();
    }

    private static IEnumerable<JsonObject> Deltas(Answer answer)
    {
        yield return new JsonObject { ["role"] = "assistant", ["content"] = Content(answer, ""), ["refusal"] = null };
        foreach (var (i, call) in answer.Calls.Index())
        {
            var start = Call(call with { Arguments = "" });
            start["index"] = i;
            yield return new JsonObject { ["tool_calls"] = new JsonArray(start) };
            yield return new JsonObject
            {
                ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = i, ["function"] = new JsonObject { ["arguments"] = call.Arguments } }),
            };
        }

        foreach (var piece in answer.Pieces())
        {
            yield return new JsonObject { ["content"] = piece };
        }
    }

    private static JsonObject Chunk(ChatHead head, int index, JsonObject delta, string? finishReason, bool withUsage)
    {
        var chunk = head.Json("chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = index, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finishReason });
        if (withUsage)
        {
            chunk["usage"] = null;
        }

        return chunk;
    }
}
