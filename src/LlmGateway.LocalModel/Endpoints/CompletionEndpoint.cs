using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Text.Tokens;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>POST completions: the prompt is answered as a user's message.</summary>
internal static class CompletionEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, TimeProvider time, LearnedModels models)
    {
        var body = await RequestBody.ReadAsync(context);
        var model = ModelChoice.Of(body, models);
        var sampling = body.Sampling("max_tokens");
        var answers = Prompts(body.Required("prompt"))
            .Select(prompt => new Generation { Learned = model.Learned, Turns = [new ChatTurn("user", prompt)], Sampling = sampling })
            .SelectMany(generation => Enumerable.Range(0, sampling.Count).Select(i => Responder.Answer(generation, i))).ToList();
        var usage = UsageJson.Chat(ChatTokenEstimator.EstimateInput(body.Bytes), answers.Sum(answer => answer.Tokens));
        var head = new ChatHead($"cmpl-{Guid.CreateVersion7():N}", time.GetUtcNow().ToUnixTimeSeconds(), model.Name);
        if (!body.Flag("stream"))
        {
            var json = Json(head, answers.Select((answer, i) => Choice(i, answer.Text, answer.FinishReason)));
            json["usage"] = usage;
            return new JsonAnswer(json);
        }

        await StreamAsync(new EventStream(context), head, answers, body.WantsStreamedUsage ? usage : null);
        return Results.Empty;
    }

    private static IEnumerable<string> Prompts(JsonElement prompt) => prompt.ValueKind switch
    {
        JsonValueKind.String => [prompt.GetString()!],
        JsonValueKind.Array when prompt.GetArrayLength() > 0 && prompt.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String) =>
            prompt.EnumerateArray().Select(one => one.GetString()!),
        _ => throw RequestBody.Bad("Invalid 'prompt': expected a string or an array of strings.", "prompt"),
    };

    private static async Task StreamAsync(EventStream events, ChatHead head, List<Answer> answers, JsonObject? usage)
    {
        events.Start();
        for (var i = 0; i < answers.Count; i++)
        {
            foreach (var piece in answers[i].Pieces())
            {
                await events.WriteAsync(Json(head, [Choice(i, piece, null)]));
            }

            await events.WriteAsync(Json(head, [Choice(i, "", answers[i].FinishReason)]));
        }

        if (usage is not null)
        {
            var last = Json(head, []);
            last["usage"] = usage;
            await events.WriteAsync(last);
        }

        await events.DoneAsync();
    }

    private static JsonObject Json(ChatHead head, IEnumerable<JsonObject> choices)
    {
        var json = head.Json("text_completion");
        json["choices"] = new JsonArray([.. choices]);
        return json;
    }

    private static JsonObject Choice(int index, string text, string? finishReason) =>
        new() { ["text"] = text, ["index"] = index, ["logprobs"] = null, ["finish_reason"] = finishReason };
}
