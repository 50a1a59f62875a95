using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.OwnCalls;

/// <summary>Makes own calls whose answers are wanted whole, within bounds of time and size. What goes wrong is part of the answer.</summary>
internal sealed class WholeCalls(GatewayClient gateway, TimeProvider time)
{
    /// <exception cref="OperationCanceledException">It is not wanted any more; the upstream's call is closed.</exception>
    public async Task<OwnAnswer> AskAsync(OwnCall call, OwnCallOptions options, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.CallTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var response = await gateway.SendAsync(call, ended.Token);
            return await ReadAsync(response, options, ended.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return OwnAnswer.Without("request_timeout", $"The request had no answer within {options.CallTimeout.TotalSeconds:0} seconds.", mayPass: false);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return OwnAnswer.Without("connection_failed", "The answer broke off.", mayPass: true);
        }
    }

    private static async Task<OwnAnswer> ReadAsync(HttpResponseMessage response, OwnCallOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(options.MaxAnswerBytes, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return OwnAnswer.Without("answer_too_large", $"The answer is larger than {options.MaxAnswerBytes} bytes (MaxAnswerBytes).", mayPass: false);
        }

        var id = response.Headers.TryGetValues(CallHeaders.InferenceId, out var ids) ? ids.First() : null;
        return OwnAnswer.Of(response.StatusCode, id, await response.Content.ReadAsByteArrayAsync(cancellationToken), response.Headers.RetryAfter?.Delta);
    }
}
