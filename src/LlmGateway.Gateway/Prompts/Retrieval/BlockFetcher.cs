using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Retrieval;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Looks up what a rendering wants: all at once, within one time-out.</summary>
internal sealed class BlockFetcher(IEnumerable<IBlockSource> sources, RetrievalPatience patience)
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

        run.Take(await Task.WhenAll(run.Wanted.Select(request => FetchAsync(request, call, cancellationToken))));
    }

    private async Task<BlockResult> FetchAsync(BlockRequest request, BlockCall call, CancellationToken callerLeft)
    {
        try
        {
            return await patience.WaitAsync($"The block '{request.Tag}'", "prompt", token => _sources[request.Tag].FetchAsync(request, call, token), callerLeft);
        }
        catch (ApiException exception) when (exception.Error.Status >= 500 && !request.IsRequired)
        {
            return BlockResult.None with { Report = new InferenceRetrieval { Kind = request.Tag, Failed = exception.Error.Code } };
        }
    }
}
