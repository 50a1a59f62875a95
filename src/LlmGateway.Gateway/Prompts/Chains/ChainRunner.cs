using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Recording;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Prompts.Chains;

/// <summary>
/// Runs a chain's steps, each as a call of our own in the caller's name, up to the one that answers the caller: that one is left
/// to the caller's own call, so that its answer streams.
/// </summary>
internal sealed class ChainRunner(CompiledVersions versions, ChainCalls calls, InferenceRecorder recorder, GatewaySettings settings, TimeProvider time)
{
    /// <param name="context">The caller's request.</param>
    /// <param name="call">The caller's call.</param>
    /// <param name="prompt">What it says of the prompt.</param>
    /// <param name="chain">The version, which has steps.</param>
    /// <returns>The prompt that answers the caller; null when a step that turned out to be the last has done so.</returns>
    /// <exception cref="ApiException">A step failed; <c>param</c> is <c>prompt.steps.NAME</c>.</exception>
    public async Task<(PromptCall Prompt, CompiledVersion Version)?> RunAsync(HttpContext context, InferenceCall call, PromptCall prompt, CompiledVersion chain)
    {
        var timeout = settings.Current.Prompts.ChainTimeout;
        using var patience = new CancellationTokenSource(timeout, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(call.CallerLeft, patience.Token);
        var state = new ChainState(chain.Templates, prompt.Variables);
        foreach (var step in chain.Templates.Steps.Where(state.Applies))
        {
            var version = await FindAsync(chain, step.Step, call.CallerLeft);
            var next = prompt with
            {
                Reference = new PromptReference(version.PromptId, version.Number, null),
                Model = prompt.Model ?? step.Step.Model,
                Variables = state.VariablesOf(step, version),
            };
            if (state.IsLast(step))
            {
                return version.Content.Steps is null ? (next, version) : await RunAsync(context, call, next, version);
            }

            try
            {
                var model = step.Step.Model ?? (version.Content.Model is null ? prompt.Model : null);
                state.Note(step, await calls.AskAsync(call, step.Step.Name, next with { Model = model }, ends.Token));
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested && !call.CallerLeft.IsCancellationRequested)
            {
                throw ChainErrors.TimedOut(step.Step.Name, timeout, call);
            }
        }

        await ChainAnswer.DeliverAsync(context, call, state.LastAnswer ?? throw ChainErrors.NothingToRun(), recorder);
        return null;
    }

    private async ValueTask<CompiledVersion> FindAsync(CompiledVersion chain, PromptStep step, CancellationToken cancellationToken)
    {
        var pinned = chain.Includes.First(one => one.Reference == step.Prompt);
        return await versions.FindAsync(pinned.PromptId, pinned.Version, cancellationToken)
            ?? throw PromptErrors.UnknownVersion(pinned.Name, $"{pinned.Version}", pinned.Version, ChainErrors.Param(step.Name));
    }
}
