using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>How long a call waits for what it looks up: <c>Gateway:Retrieval:Timeout</c>.</summary>
internal sealed class RetrievalPatience(GatewaySettings settings, TimeProvider time)
{
    /// <param name="subject">What is awaited, for the error: <c>The retrieval service</c>.</param>
    /// <param name="param">The field that asks for it.</param>
    /// <param name="work">The look-up.</param>
    /// <param name="callerLeft">Ends the work at once.</param>
    /// <exception cref="ApiException">It took too long (503 <c>retrieval_timeout</c>).</exception>
    public async Task<T> WaitAsync<T>(string subject, string param, Func<CancellationToken, Task<T>> work, CancellationToken callerLeft)
    {
        var timeout = settings.Current.Retrieval.Timeout;
        using var patience = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, callerLeft);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (!callerLeft.IsCancellationRequested)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "retrieval_timeout",
                $"{subject} gave no answer within {timeout.TotalSeconds:0.###} s (Gateway:Retrieval:Timeout). Try again.", param)
            {
                RetryAfterSeconds = 1,
            });
        }
    }
}
