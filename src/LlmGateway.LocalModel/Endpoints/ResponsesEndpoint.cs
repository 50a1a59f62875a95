using System.Text.Json;
using LlmGateway.Text.Tokens;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>POST responses.</summary>
internal static class ResponsesEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, TimeProvider time, LearnedModels models)
    {
        var body = await RequestBody.ReadAsync(context);
        var model = ModelChoice.Of(body, models);
        var answer = Responder.Answer(Read(body) with { Learned = model.Learned }, 0);
        var response = new ResponseJson(
            model.Name, time.GetUtcNow().ToUnixTimeSeconds(), answer, ChatTokenEstimator.EstimateInput(body.Bytes), ResponseSettings.Of(body));
        if (!body.Flag("stream"))
        {
            return new JsonAnswer(response.Finished());
        }

        await ResponseEvents.WriteAsync(new EventStream(context), response);
        return Results.Empty;
    }

    private static Generation Read(RequestBody body)
    {
        var input = body.Required("input");
        List<ChatTurn> turns = input.ValueKind == JsonValueKind.String ? [new ChatTurn("user", input.GetString()!)] : MessageParser.Read(input, "input");
        if (body.Text("instructions") is { } instructions)
        {
            turns.Insert(0, new ChatTurn("system", instructions));
        }

        JsonElement? format = body.Field("text") is { ValueKind: JsonValueKind.Object } text && text.TryGetProperty("format", out var given) ? given : null;
        return new Generation { Turns = turns, Sampling = body.Sampling("max_output_tokens") with { Count = 1 } }
            .WithFormat(format, "text.format").WithTools(body);
    }
}
