using System.Runtime.InteropServices;
using LlmGateway.Gateway.Background;
using LlmGateway.Gateway.Batches;
using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Experiments;

/// <summary>
/// Gives production calls of a route their variant, and makes its changes; also those of a variant that was promoted. It stands before
/// the prompt's stage, so that a variant is a request like any other from there on.
/// </summary>
internal sealed class ExperimentStage(
    RequestDelegate next, ExperimentDirectory directory, PromptDirectory prompts, ExperimentMetrics metrics, GatewaySettings settings)
{
    /// <summary>Calls of the application that nobody waits for: the route is theirs too, but no lot is drawn for them.</summary>
    private static readonly string[] Deferred = [BatchWorker.Purpose, BackgroundWorker.Purpose];

    public Task InvokeAsync(HttpContext context)
    {
        var call = InferenceCall.Of(context);
        if (directory.Of(call.Caller.ProjectId) is { } experiments
            && (call.Caller.Purpose == Caller.Production || Deferred.Contains(call.Caller.Purpose))
            && experiments.Find(context.Request, call, prompts.Current) is { } route
            && route.Experiments.Fits(call.Operation))
        {
            Assign(context.Response, call, route);
        }

        return next(context);
    }

    private void Assign(HttpResponse response, InferenceCall call, NamedRoute route)
    {
        var experiments = route.Experiments;
        var change = experiments.Settled;
        call.Variant = experiments.SettledVariant;
        if (experiments.Running is { } running)
        {
            call.Variant = null;
            if (call.Caller.Purpose == Caller.Production)
            {
                (call.Exposure, change) = running.Assign(call);
                call.Variant = call.Exposure.Variant;
                metrics.Count(call.Exposure);
            }
        }

        ResponseHeaders.WriteVariant(response, call);
        if (change is not null)
        {
            Make(change, call, route);
        }
    }

    private void Make(VariantChange change, InferenceCall call, NamedRoute route)
    {
        if (call.RequestedModel.Length == 0)
        {
            // The prompt's stage would tell the variant's prompt.
            call.RequestedModel = route.Name;
        }

        call.RouteModel = change.Reroutes ? route.Opens : null;
        var parts = change.Apply(call.Request!.Memory, call.Scan, call.Operation);
        call.ReplaceRequest(settings.Current.MaxRequestBytes, "its variant", CollectionsMarshal.AsSpan(parts));
        call.PromptSearches = change.GivesTools && call.Scan.NamesFileSearch;
    }
}
