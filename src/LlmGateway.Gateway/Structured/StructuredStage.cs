using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Recording;
using LlmGateway.Gateway.Requests;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Structured;

/// <summary>
/// Sees to it that a structured answer is one, where the model does not or a prompt wants proof: the answer is held back,
/// checked, and then delivered or refused. Other requests pass.
/// </summary>
internal sealed class StructuredStage(RequestDelegate next, AnswerCheck check, InferenceRecorder recorder)
{
    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        return call.ChecksFormat ? EnforceAsync(context, call) : next(context);
    }

    private async Task EnforceAsync(HttpContext context, InferenceCall call)
    {
        if (await AnswerFormat.ReadAsync(call, context.RequestAborted) is not { } format)
        {
            await next(context);
            return;
        }

        call.Holds++;
        await AskAsync(context, call, format);
        if (call.End is not { } end || context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits any more: the outermost stage records it.
            return;
        }

        if (end.Status == StatusCodes.Status200OK)
        {
            var json = await check.SettleAsync(call, format, context.RequestAborted);
            var stream = call.Scan.Stream;
            call.ReplaceAnswer(stream ? StreamReplayer.ToSse(call.Operation.Name, json.Span, call.Scan.IncludeUsage) : json.Span, stream);
        }

        await DeliverAsync(context.Response, call, context.RequestAborted);
    }

    /// <summary>Lets the inner stages answer the request that the model understands. The answer is left in the call; the caller gets nothing of it yet.</summary>
    private async Task AskAsync(HttpContext context, InferenceCall call, AnswerFormat format)
    {
        var (request, scan, body) = (call.Request!, call.Scan, context.Response.Body);
        using var sent = new PooledBody();
        sent.Append(StructuredRequest.Write(request.Memory, call.Operation, format.ToPrompt(call)).Span, int.MaxValue);
        (call.Request, call.Scan) = (sent, RequestScanner.Scan(sent.Span, call.Operation));
        context.Response.Body = Stream.Null;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
            (call.Request, call.Scan) = (request, scan);
        }
    }

    private async Task DeliverAsync(HttpResponse response, InferenceCall call, CancellationToken cancellationToken)
    {
        await recorder.ReleaseAsync(call);
        if (call.IsSse)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.ContentLength = null;
        }
        else
        {
            ResponseHeaders.WriteOutcome(response, call);
            response.ContentLength = call.Response.Length;
        }

        await response.Body.WriteAsync(call.Response.Memory, cancellationToken);
    }
}
