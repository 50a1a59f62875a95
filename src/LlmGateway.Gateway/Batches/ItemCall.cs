using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Batches;

/// <summary>
/// Makes one request of a batch, through the gateway like any caller's. What may pass is waited for: limits (429), faults (5xx) and
/// answers that do not come; while it waits, others have its place.
/// </summary>
internal sealed class ItemCall(WholeCalls calls, BatchSlots slots, BatchMetrics metrics, GatewaySettings settings, TimeProvider time)
{
    /// <exception cref="OperationCanceledException">The batch stops.</exception>
    public async Task<OwnAnswer> AskAsync(Batch batch, BatchRequestLine request, CancellationToken cancellationToken)
    {
        var options = settings.Current.Batches;
        for (var attempt = 1; ; attempt++)
        {
            var answer = await AskOnceAsync(batch, request, options, cancellationToken);
            if (attempt >= options.MaxAttempts || !answer.MayPass)
            {
                return answer;
            }

            metrics.Count("retried");
            await Task.Delay(options.PauseAfter(answer, attempt), time, cancellationToken);
        }
    }

    private async Task<OwnAnswer> AskOnceAsync(Batch batch, BatchRequestLine request, BatchOptions options, CancellationToken cancellationToken)
    {
        using var slot = await slots.TakeAsync(cancellationToken);
        var caller = new Caller(batch.ProjectId, batch.KeyId, Scopes.Inference);
        var parent = new CallParent(batch.LogId, $"{request.Line}");
        return await calls.AskAsync(new OwnCall(batch.Path, request.Body, caller, BatchWorker.Purpose, parent), options, cancellationToken);
    }
}
