using LlmGateway.Gateway.Experiments;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Shadows;

/// <summary>
/// Takes production calls that shadows draw to the queue, once they have ended well. It stands before the prompt's stage, so that
/// it knows what the caller sent; the caller has its answer before anything is done here.
/// </summary>
internal sealed class ShadowStage(RequestDelegate next, ShadowDirectory directory, ExperimentDirectory experiments, ShadowQueue queue)
{
    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        return directory.Of(call.Caller.ProjectId) is { } shadows && CanBeMirrored(call) && Draw(shadows, call) is { Count: > 0 } drawn
            ? MirrorAsync(context, call, drawn)
            : next(context);
    }

    /// <summary>A call of ours is never mirrored: shadows would multiply without end.</summary>
    private static bool CanBeMirrored(InferenceCall call) =>
        call.Caller.Purpose == Caller.Production
        && (call.Operation == Operation.ChatCompletions || call.Operation == Operation.Responses)
        && call.Request!.Length <= InferenceCall.CaptureLimit;

    private static List<ActiveShadow> Draw(IReadOnlyList<ActiveShadow> shadows, InferenceCall call) =>
        [.. shadows.Where(shadow => shadow.Model == call.Scan.Model && shadow.Draws(call.Id, call.CreatedAt))];

    private async Task MirrorAsync(HttpContext context, InferenceCall call, List<ActiveShadow> drawn)
    {
        // Copied before, because the stages of experiments and prompts put another body in its place. Any other request is copied as it was sent to
        // the model: what guardrails masked goes to no candidate.
        var own = call.Scan.NamesPrompt || experiments.Of(call.Caller.ProjectId) is not null ? call.Request!.Memory.ToArray() : null;
        await next(context);
        if (!call.CanBeKept || !call.KeepsBodies)
        {
            return;
        }

        var sent = call.Request!.Memory.ToArray();
        foreach (var shadow in drawn)
        {
            queue.Offer(new MirroredCall(shadow, call.Id, call.Operation, own ?? sent, sent, call.Prompt, call.Record?.CostNanoUsd));
        }
    }
}
