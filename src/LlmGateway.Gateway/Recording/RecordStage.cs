using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Recording;

/// <summary>The outermost stage: begins the call, and records it if no inner stage did, however it ended.</summary>
internal sealed class RecordStage(RequestDelegate next, Operation operation, InferenceRecorder recorder, TimeProvider time)
{
    /// <summary>The status by which proxies mark that the client went away.</summary>
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        using var call = new InferenceCall(operation, context.Caller(), time, context.RequestAborted);
        call.Parent = CallParent.Read(context.Request, call.Caller);
        call.AttemptBegins = recorder.Reserve;
        context.Features.Set(call);
        ResponseHeaders.WriteIdentity(context.Response, call);
        try
        {
            await next(context);
            await RecordUnlessDoneAsync(context, call, null);
        }
        catch (ApiException exception)
        {
            await FailAsync(context, call, exception.Error.Status, exception.Error.Code);
            throw;
        }
        catch (Exception) when (call.CallerLeft.IsCancellationRequested)
        {
            await RecordUnlessDoneAsync(context, call, "client_closed_request");
            throw;
        }
        catch (BadHttpRequestException exception)
        {
            await FailAsync(context, call, exception.StatusCode, "bad_request");
            throw;
        }
        catch (Exception)
        {
            await FailAsync(context, call, StatusCodes.Status500InternalServerError, "internal_error");
            throw;
        }
    }

    /// <summary>Records a call whose error is written by the exception handler, which clears the headers first.</summary>
    private ValueTask FailAsync(HttpContext context, InferenceCall call, int status, string? code)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.OnStarting(() =>
            {
                ResponseHeaders.WriteIdentity(context.Response, call);
                return Task.CompletedTask;
            });
        }

        return recorder.CloseAsync(call, status, InferenceOutcome.Failed, code);
    }

    private ValueTask RecordUnlessDoneAsync(HttpContext context, InferenceCall call, string? error) =>
        call.IsPutOff ? ValueTask.CompletedTask
        : call.CallerLeft.IsCancellationRequested
        ? recorder.CloseAsync(call, ClientClosedRequest, InferenceOutcome.Cancelled, error ?? "client_closed_request")
        : recorder.CloseAsync(call, context.Response.StatusCode, context.Response.StatusCode < 400 ? InferenceOutcome.Completed : InferenceOutcome.Failed, error);
}
