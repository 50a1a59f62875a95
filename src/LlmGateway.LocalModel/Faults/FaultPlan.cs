using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>A fault that the request asked for by <c>x-local-fault</c>: 429, 500, hang, cut or slow.</summary>
internal sealed class FaultPlan(string kind, TimeProvider time)
{
    public const string Header = "x-local-fault";

    // Long enough to be seen as slow, short enough for a test of a few tokens.
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(100);
    private int _events;

    /// <summary>What happens before any answer; null to go on.</summary>
    public async Task<IResult?> BeforeAnswerAsync(HttpContext context)
    {
        switch (kind)
        {
            case "429":
                return new ApiError(429, "rate_limit_exceeded", "Rate limit reached, as the request asked for.") { RetryAfterSeconds = 1 };
            case "500":
                return new ApiError(500, "server_error", "The server failed, as the request asked for.");
            case "hang":
                await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted);
                return null;
            case "slow":
                await Task.Delay(Slow, time, context.RequestAborted);
                return null;
            default:
                return null;
        }
    }

    /// <summary>"cut" breaks a stream off after its second event; "slow" waits between events.</summary>
    public async Task AfterEventAsync(HttpContext context)
    {
        _events++;
        if (kind == "cut" && _events == 2)
        {
            context.Abort();
            context.RequestAborted.ThrowIfCancellationRequested();
        }
        else if (kind == "slow")
        {
            await Task.Delay(Slow, time, context.RequestAborted);
        }
    }

    /// <summary>"cut" of an answer that is not streamed: half of it is sent.</summary>
    public bool CutsBody => kind == "cut";
}
