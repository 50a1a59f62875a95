using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.OwnCalls;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Service;

namespace LlmGateway.Gateway.SemanticCaching.Precision;

/// <summary>The calls that judging makes: for the project, in nobody's name.</summary>
internal sealed class JudgeCalls(GatewayClient client, TimeProvider time)
{
    private const int MaxAnswerBytes = 1 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <returns>The answer's body, null when there was no good one, and what it cost, as far as that is known.</returns>
    /// <exception cref="HttpRequestException">The gateway is stopping, or the answer is too large.</exception>
    public async Task<(byte[]? Body, long CostNanoUsd)> SendAsync(
        SemanticCache cache, PairToJudge pair, string path, byte[] body, string step, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var caller = new Caller(cache.ProjectId, null, Scopes.Inference);
        try
        {
            using var response = await client.SendAsync(new OwnCall(path, body, caller, SemanticStage.Purpose, new CallParent(pair.InferenceId, step)), either.Token);
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, either.Token);
            return response.IsSuccessStatusCode ? (await response.Content.ReadAsByteArrayAsync(either.Token), ResponseHeaders.ReadCost(response) ?? 0) : (null, 0);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, 0);
        }
    }
}
