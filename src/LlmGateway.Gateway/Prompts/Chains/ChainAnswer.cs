using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Recording;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Prompts.Chains;

/// <summary>Delivers a step's answer to the chain's caller: of a step that only its own answer showed to be the last.</summary>
internal static class ChainAnswer
{
    public static async Task DeliverAsync(HttpContext context, InferenceCall call, byte[] json, InferenceRecorder recorder)
    {
        // What it used stands in the step's own record: counted here too, bills would hold it twice.
        var facts = new AnswerFacts();
        AnswerReader.TryRead(json, ref facts);
        (call.Facts.Id, call.Facts.FinishReason) = (facts.Id, facts.FinishReason);
        var stream = call.Scan.Stream;
        call.ReplaceAnswer(stream ? StreamReplayer.ToSse(call.Operation.Name, json, call.Scan.IncludeUsage) : json, stream);
        call.MarkFirstToken();
        var response = context.Response;
        response.ContentType = stream ? "text/event-stream; charset=utf-8" : "application/json";
        await recorder.RecordAsync(call, StatusCodes.Status200OK, InferenceOutcome.Completed);
        if (!stream)
        {
            ResponseHeaders.WriteOutcome(response, call);
            response.ContentLength = call.Response.Length;
        }

        await response.Body.WriteAsync(call.Response.Memory, context.RequestAborted);
    }
}
