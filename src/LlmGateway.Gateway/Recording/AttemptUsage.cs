using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Gateway.Recording;

/// <summary>What one attempt used, before it is priced.</summary>
/// <param name="State">Settled when the provider served something, else released.</param>
/// <param name="Tokens">As reported, or counted here where the report is missing.</param>
/// <param name="Estimated">Whether some of them were counted here.</param>
/// <param name="Tier">At which of its rates the provider served.</param>
/// <param name="IsFree">Whether it is known that the provider asks nothing.</param>
internal readonly record struct AttemptUsage(AccountState State, TokenCounts Tokens, bool Estimated, PriceTier Tier, bool IsFree)
{
    private const int FirstSuccess = 200;
    private const int FirstRedirect = 300;

    /// <summary>The last attempt of a call, as its answer stands in the call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="outcome">How the attempt ended.</param>
    public static AttemptUsage Of(InferenceCall call, InferenceOutcome outcome)
    {
        var status = call.Attempts[^1].Status;
        var succeeded = status is >= FirstSuccess and < FirstRedirect;
        if (!succeeded || (call.Response.Length == 0 && call.ResponseBytes == 0 && outcome != InferenceOutcome.Completed))
        {
            // An error is free. Of an answer that never came nobody knows what it cost.
            return new AttemptUsage(AccountState.Released, default, false, PriceTier.Standard, status is not null && !succeeded);
        }

        var (tokens, estimated) = Count(call, outcome);
        return new AttemptUsage(AccountState.Settled, tokens, estimated, TierOf(call.Facts.ServiceTier), IsFree: false);
    }

    /// <summary>Counts what the provider did not report: all, or what a stream that broke off had told before its own count would have come.</summary>
    private static (TokenCounts Tokens, bool Estimated) Count(InferenceCall call, InferenceOutcome outcome)
    {
        var reported = TokenCounts.Of(call.Facts);
        if (call.Request is null || call.Response.Length == 0 || (outcome == InferenceOutcome.Failed && !call.IsSse))
        {
            return (reported, false);
        }

        if (call.Facts.HasUsage && (outcome == InferenceOutcome.Completed || !call.IsSse || IsFinished(call.Facts.FinishReason)))
        {
            return (reported, false);
        }

        var written = call.Operation.CanStream ? CountOutput(call) : (long?)null;
        var output = written > (reported.Output ?? -1) ? written : reported.Output;
        var input = reported.Input ?? ChatTokenEstimator.EstimateInput(call.Request.Span);
        return (reported with { Input = input, Output = output }, output != reported.Output || reported.Input is null);
    }

    /// <summary>The responses API's events tell a status from the first one on.</summary>
    private static bool IsFinished(string? reason) => reason is not (null or "in_progress" or "queued");

    private static long CountOutput(InferenceCall call)
    {
        var captured = call.Captured.Span;
        var text = call.IsSse ? AnswerText.ReadStream(captured) : AnswerText.ReadPlain(captured);
        var count = TokenCounter.ForModel(call.Deployment!.Model).Count(text);
        // What lies behind the part that is kept is taken to be like it.
        return call.ResponseBytes > captured.Length ? (long)(count * ((double)call.ResponseBytes / captured.Length)) : count;
    }

    private static PriceTier TierOf(string? serviceTier) => serviceTier switch
    {
        null or "default" or "standard" or "auto" or "scale" or "on_demand" => PriceTier.Standard,
        "flex" or "batch" => PriceTier.Batch,
        _ => PriceTier.Other,
    };
}
