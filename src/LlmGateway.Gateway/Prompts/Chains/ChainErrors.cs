using LlmGateway.Gateway.Pricing;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Prompts.Chains;

/// <summary>What is said of a chain that did not come to its end: which step, and what those before it cost.</summary>
internal static class ChainErrors
{
    private const int MaxReason = 500;

    public static string Param(string step) => $"prompt.steps.{step}";

    /// <param name="step">The step's name.</param>
    /// <param name="status">What it was answered with.</param>
    /// <param name="reason">The error's message; null when there is none.</param>
    /// <param name="call">The chain's call.</param>
    public static ApiException Failed(string step, int status, string? reason, InferenceCall call) => new(new ApiError(
        status >= StatusCodes.Status500InternalServerError ? StatusCodes.Status502BadGateway : status, "chain_step_failed",
        $"The step '{step}' failed with status {status}{(reason is null ? "" : $": {(reason.Length > MaxReason ? reason[..MaxReason] : reason)}")} {Cost(call)}", Param(step)));

    public static ApiException TimedOut(string step, TimeSpan timeout, InferenceCall call) => new(new ApiError(
        StatusCodes.Status504GatewayTimeout, "chain_timeout",
        $"The chain was not at its last step after {timeout.TotalSeconds:0.#} s (Gateway:Prompts:ChainTimeout): the step '{step}' was under way. {Cost(call)}", Param(step)));

    public static ApiException NothingToRun() => PromptRules.Refused(
        "None of the chain's steps has a condition that holds for these variables.", "prompt.variables", "chain_has_no_step");

    private static string Cost(InferenceCall call) => call.PartsCostNanoUsd is { } nano
        ? $"What ran cost {NanoUsd.Format(nano)} USD."
        : "What ran has no known price.";
}
