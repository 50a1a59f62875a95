using LlmGateway.Contracts.Gateway;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Looks up what a rendering wants: all at once, within one time-out.</summary>
internal sealed class BlockFetcher(IEnumerable<IBlockSource> sources, GatewaySettings settings, TimeProvider time)
{
    /// <summary>Look-ups of one rendering.</summary>
    private const int MaxRequests = 10;

    private readonly Dictionary<string, IBlockSource> _sources = sources.ToDictionary(source => source.Tag, StringComparer.Ordinal);

    /// <exception cref="ApiException">Too much is wanted or a request is wrong (4xx); a required one's service does not answer (5xx).</exception>
    public async Task FetchAsync(BlockRun run, BlockCall call, CancellationToken cancellationToken)
    {
        if (run.Count + run.Wanted.Count > MaxRequests)
        {
            throw PromptRules.Refused($"The prompt looks up more than {MaxRequests} things with these values.", "prompt", "too_many_blocks");
        }

        using var patience = new CancellationTokenSource(settings.Current.Retrieval.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        run.Take(await Task.WhenAll(run.Wanted.Select(request => FetchAsync(request, call, either.Token, cancellationToken))));
    }

    private async Task<BlockResult> FetchAsync(BlockRequest request, BlockCall call, CancellationToken patience, CancellationToken callerLeft)
    {
        ApiError error;
        try
        {
            return await _sources[request.Tag].FetchAsync(request, call, patience);
        }
        catch (OperationCanceledException) when (!callerLeft.IsCancellationRequested)
        {
            error = new ApiError(
                StatusCodes.Status503ServiceUnavailable, "retrieval_timeout",
                $"The block '{request.Tag}' had no answer within {settings.Current.Retrieval.Timeout.TotalSeconds:0.###} s (Gateway:Retrieval:Timeout). Try again.", "prompt")
            {
                RetryAfterSeconds = 1,
            };
        }
        catch (ApiException exception) when (exception.Error.Status >= 500 && !request.IsRequired)
        {
            error = exception.Error;
        }

        return request.IsRequired
            ? throw new ApiException(error)
            : BlockResult.None with { Report = new InferenceRetrieval { Kind = request.Tag, Failed = error.Code } };
    }
}
