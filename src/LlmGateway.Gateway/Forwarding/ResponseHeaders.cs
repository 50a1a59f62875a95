using System.Globalization;
using System.Text;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Pricing;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>What every answer tells about its call.</summary>
internal static class ResponseHeaders
{
    /// <summary>Known before the call.</summary>
    public static void WriteIdentity(HttpResponse response, InferenceCall call)
    {
        response.Headers[CallHeaders.InferenceId] = call.Id.ToString();
        if (call.Operation.ErrorForm == ErrorForm.Anthropic)
        {
            // Anthropic's SDKs show it in their errors; a provider's own takes its place.
            response.Headers["request-id"] = call.Id.ToString();
        }

        WriteEpisode(response, call);
        WriteVariant(response, call);
    }

    /// <summary>Known once the request is read. A header has no room for letters beyond ASCII, which a caller may have sent.</summary>
    public static void WriteEpisode(HttpResponse response, InferenceCall call)
    {
        if (call.EpisodeId is { } episode && Ascii.IsValid(episode))
        {
            response.Headers[CallHeaders.EpisodeId] = episode;
        }
    }

    /// <summary>Known once an experiment has chosen; there is none without.</summary>
    public static void WriteVariant(HttpResponse response, InferenceCall call)
    {
        if (call.Variant is { } variant)
        {
            response.Headers[CallHeaders.Variant] = variant;
        }
    }

    /// <summary>Known once a deployment answers, or the cache does.</summary>
    public static void WriteDeployment(HttpResponse response, InferenceCall call)
    {
        response.Headers["x-llmgateway-model"] = call.Deployment!.Model;
        response.Headers["x-llmgateway-deployment"] = call.Deployment.Name;
        response.Headers["x-llmgateway-attempts"] = call.Attempts.Count.ToString(CultureInfo.InvariantCulture);
        if (call.Routing?.DisabledProviders is { } disabled)
        {
            response.Headers["x-llmgateway-disabled-providers"] = string.Join(", ", disabled);
        }

        response.Headers["Cache-Status"] = call.Cache switch
        {
            CacheResult.Hit => call.HitInRedis ? "llmgateway; hit; detail=redis" : "llmgateway; hit",
            CacheResult.Semantic => "llmgateway; hit; detail=semantic",
            CacheResult.Shared => "llmgateway; hit; collapsed",
            CacheResult.Miss => "llmgateway; fwd=miss",
            _ => "llmgateway; fwd=bypass",
        };
    }

    /// <summary>Known at the end, so only on answers that are not streamed. An unknown cost has no header.</summary>
    public static void WriteOutcome(HttpResponse response, InferenceCall call)
    {
        if (call.Cache == CacheResult.Miss && call.CanBeKept)
        {
            response.Headers["Cache-Status"] = "llmgateway; fwd=miss; stored";
        }

        // A call that was answered by one of its parts has no deployment, and no cost of its own.
        if ((call.Deployment is null ? 0 : call.Record?.CostNanoUsd) + call.PartsCostNanoUsd is { } nano)
        {
            response.Headers[CallHeaders.Cost] = NanoUsd.Format(nano);
        }
    }

    /// <summary>What an own call cost, by its answer, in nano-dollars; null when that is unknown, as of a stream.</summary>
    public static long? ReadCost(HttpResponseMessage response) =>
        CallHeaders.ReadCost(response.Headers) is { } usd ? NanoUsd.OfUsd(usd) : null;
}
