using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Structured;

/// <summary>Asks a model once to correct its answer: a call of our own in the caller's name, with a record of its own below the caller's.</summary>
internal sealed class AnswerRepair(GatewayClient gateway)
{
    /// <summary>The call's purpose and its step.</summary>
    public const string Purpose = "repair";

    /// <param name="call">The call that was answered wrongly; it is told what this one costs.</param>
    /// <param name="body">The request, with the correction.</param>
    /// <param name="cancellationToken">Cancels the model's call too.</param>
    /// <returns>The answer's JSON; null when there is none.</returns>
    public async Task<byte[]?> AskAsync(InferenceCall call, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await gateway.SendAsync(
                new OwnCall(call.Operation.Path, body, call.Caller, Purpose, new CallParent(call.Id, Purpose)), cancellationToken);
            call.PartsCostNanoUsd += ResponseHeaders.ReadCost(response);
            using var answer = new PooledBody();
            var source = await response.Content.ReadAsStreamAsync(cancellationToken);
            return response.IsSuccessStatusCode && await answer.FillAsync(source, response.Content.Headers.ContentLength, InferenceCall.CaptureLimit, cancellationToken)
                ? answer.Memory.ToArray()
                : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            call.PartsCostNanoUsd = null;
            return null;
        }
    }
}
