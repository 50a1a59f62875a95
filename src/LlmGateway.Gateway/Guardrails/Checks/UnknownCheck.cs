namespace LlmGateway.Gateway.Guardrails.Checks;

/// <summary>Stands for a rule that this gateway cannot check.</summary>
internal sealed class UnknownCheck : ITextCheck
{
    public bool NeedsWhole => false;

    public Task<CheckAnswer> CheckAsync(string text, CheckedCall call, CancellationToken cancellationToken) =>
        Task.FromResult(CheckAnswer.Failed(CheckErrors.Unknown));
}
