using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>Looks up what one kind of block wants.</summary>
internal interface IBlockSource
{
    /// <summary>The kind's tag.</summary>
    string Tag { get; }

    /// <exception cref="ApiException">The request is wrong (4xx), or the service does not answer (5xx).</exception>
    Task<BlockResult> FetchAsync(BlockRequest request, BlockCall call, CancellationToken cancellationToken);
}

/// <summary>The call that a prompt is rendered for.</summary>
/// <param name="Caller">For whom; a prompt's author chose what it reads, so calling the prompt is enough to have it read.</param>
/// <param name="Model">The model that is to answer.</param>
/// <param name="Input">What the user said last; null for nothing.</param>
internal sealed record BlockCall(Caller Caller, string Model, string? Input)
{
    public static BlockCall For(Caller caller, string model, string? input) => new(caller with { Scopes = caller.Scopes | Scopes.Data }, model, input);
}
