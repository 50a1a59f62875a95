using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LlmGateway.TestKit.Upstream;

/// <summary>Sends one answer by its script.</summary>
internal sealed class UpstreamReply(
    HttpContext context,
    UpstreamScript script,
    UpstreamRequest request,
    TimeProvider time,
    CancellationTokenRegistration aborted) : IAsyncDisposable
{
    private static readonly TimeSpan CloseBudget = TimeSpan.FromSeconds(5);
    private readonly CancellationToken _gone = context.RequestAborted;

    public async Task SendAsync()
    {
        try
        {
            await BeforeHeadersAsync();
            if (script.Fault == UpstreamFault.CutBeforeHeaders)
            {
                await ResetAsync();
            }
            else if (script.Body is not null || script.Status != 200)
            {
                await SendFixedAsync();
            }
            else
            {
                await AnswerAsync();
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The callback that notes it may come after this one.
            request.MarkAborted(time.GetUtcNow());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await aborted.DisposeAsync();
        request.IsFinished = true;
    }

    private async Task BeforeHeadersAsync()
    {
        if (script.Fault == UpstreamFault.HangBeforeHeaders)
        {
            await HangAsync();
        }

        if (script.DelayBeforeHeaders > TimeSpan.Zero)
        {
            await Task.Delay(script.DelayBeforeHeaders, time, _gone);
        }

        if (script.BeforeHeaders is { } hook)
        {
            await hook(_gone);
        }
    }

    private async Task AnswerAsync()
    {
        var call = UpstreamCall.Read(request, script);
        if (call is null)
        {
            await SendPlainAsync(404, new UpstreamBody(UpstreamAnswers.Error(404, $"Unknown request URL: {request.Method} {request.Path}")));
        }
        else if (call.Streamed)
        {
            await SendStreamAsync(call);
        }
        else
        {
            await SendPlainAsync(200, UpstreamBody.Padded(UpstreamAnswers.Plain(call), script.BodyBytes));
        }
    }

    private async Task SendFixedAsync()
    {
        var body = script.Body is { } text
            ? Encoding.UTF8.GetBytes(text)
            : UpstreamAnswers.Error(script.Status, $"The upstream was told to answer {script.Status}.");
        await SendPlainAsync(script.Status, new UpstreamBody(body), script.ContentType);
    }

    private async Task SendPlainAsync(int status, UpstreamBody body, string contentType = "application/json")
    {
        if (script.Fault == UpstreamFault.InvalidJson)
        {
            body = body.FirstHalf();
        }

        StartResponse(status, contentType);
        context.Response.ContentLength = body.Length;
        var stops = script.Fault is UpstreamFault.CutInBody or UpstreamFault.CutInFrame or UpstreamFault.HangInBody;
        await body.WriteAsync(context.Response.Body, stops ? body.Length / 2 : body.Length, _gone);
        if (stops)
        {
            await StopAsync();
        }

        request.IsServed = !stops;
    }

    private async Task SendStreamAsync(UpstreamCall call)
    {
        StartResponse(200, "text/event-stream; charset=utf-8");
        var index = 0;
        foreach (var frame in UpstreamStreams.Frames(call))
        {
            if (frame.CarriesText)
            {
                if (index == script.ChunksBeforeFault && await BreakStreamAsync(frame))
                {
                    return;
                }

                await BeforeChunkAsync(index++);
            }
            await WriteAsync(frame.Text);
            request.ChunksSent += frame.CarriesText ? 1 : 0;
        }

        request.IsServed = true;
    }

    /// <summary>True when the script's fault ends the stream here.</summary>
    private async Task<bool> BreakStreamAsync(UpstreamFrame frame)
    {
        switch (script.Fault)
        {
            case UpstreamFault.CutInFrame:
                await WriteAsync(frame.Text[..(frame.Text.Length / 2)]);
                await StopAsync();
                return true;
            case UpstreamFault.CutInBody or UpstreamFault.HangInBody:
                await StopAsync();
                return true;
            case UpstreamFault.InvalidJson:
                await WriteAsync(frame.Text[..(frame.Text.Length / 2)] + "\n\ndata: [DONE]\n\n");
                return true;
            case UpstreamFault.ErrorInStream:
                var error = Encoding.UTF8.GetString(UpstreamAnswers.Error(500, "The model broke off."));
                await WriteAsync($"data: {error}\n\n");
                return true;
            case UpstreamFault.EndsEarly:
                return true;
            default:
                return false;
        }
    }

    private async Task BeforeChunkAsync(int index)
    {
        if (index > 0 && script.ChunkPace > TimeSpan.Zero)
        {
            await Task.Delay(script.ChunkPace, time, _gone);
        }

        if (script.BeforeChunk is { } hook)
        {
            await hook(index, _gone);
        }
    }

    private Task StopAsync() => script.Fault == UpstreamFault.HangInBody ? HangAsync() : CutAsync();

    private Task HangAsync() => Task.Delay(Timeout.InfiniteTimeSpan, time, _gone);

    private async Task ResetAsync()
    {
        // Our own cut is not the client's.
        await aborted.DisposeAsync();
        context.Abort();
    }

    /// <summary>Ends the sending half only: a reset would make the client's kernel drop what it has not read yet.</summary>
    private async Task CutAsync()
    {
        await aborted.DisposeAsync();
        context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.Shutdown(SocketShutdown.Send);
        try
        {
            await Task.Delay(CloseBudget, _gone);
        }
        catch (OperationCanceledException)
        {
            // The client has closed its half too.
        }
        context.Abort();
    }

    private void StartResponse(int status, string contentType)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        foreach (var (name, value) in script.Headers)
        {
            context.Response.Headers[name] = value;
        }
    }

    private async Task WriteAsync(string text)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), _gone);
        await context.Response.Body.FlushAsync(_gone);
    }
}
