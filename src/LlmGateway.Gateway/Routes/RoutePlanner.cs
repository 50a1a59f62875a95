using LlmGateway.Gateway.Forwarding;
using LlmGateway.Gateway.Health;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Providers;
using LlmGateway.Gateway.Structured;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Routes;

/// <summary>
/// Chooses a call's deployment, and the next one when it fails: the rest of the group in the policy's order, then the route's
/// fallbacks. What rests is passed over; where everything rests, what recovers first is asked all the same. What an operator disabled never is.
/// </summary>
internal sealed class RoutePlanner(ModelResolver models, UpstreamHealth health, ProviderSwitches switches, TimeProvider time)
{
    private readonly Func<RouteCandidate, int> _underWay = candidate => health.Of(candidate).InFlight;

    /// <exception cref="ApiException">400: the request meets no group's conditions. 403: the key may call none of the deployments. 503: they are disabled.</exception>
    public CallRouting Plan(InferenceCall call, ModelRoute route, IReadOnlySet<string>? allowed)
    {
        var group = route.GroupOf(call) ?? throw new ApiException(ApiErrors.BadRequest(
            $"The request meets the conditions of no group of the route '{route.Name}': GET /v1/routes/{route.Name} shows them.", "model", "no_route_matched"));
        var routing = new CallRouting(route, allowed);
        routing.Enter(route, group, CandidateOrder.Of(group, _underWay, Random.Shared));
        if (!TryTake(call, routing))
        {
            TakeRested(call, routing);
        }

        return routing;
    }

    /// <summary>Goes to the next deployment that may answer better.</summary>
    /// <returns>False if there is none.</returns>
    public bool MoveOn(InferenceCall call, CallRouting routing, FailureKind failure)
    {
        switch (failure)
        {
            case FailureKind.Refused:
                return false;
            case FailureKind.ContextLength:
                routing.ReplaceFallbacks(Own(routing, static route => route.ContextFallbacks));
                return TryNextRoute(call, routing);
            case FailureKind.ContentPolicy:
                routing.ReplaceFallbacks(Own(routing, static route => route.ContentPolicyFallbacks));
                return TryNextRoute(call, routing);
            default:
                if (TryTake(call, routing))
                {
                    return true;
                }

                routing.AddFallbacks(routing.Route.Fallbacks);
                return TryNextRoute(call, routing);
        }
    }

    private static IReadOnlyList<string> Own(CallRouting routing, Func<ModelRoute, IReadOnlyList<string>> list) =>
        list(routing.Route) is { Count: > 0 } own ? own : list(routing.Origin);

    /// <summary>Whether an operator has taken the deployment's provider out of service, perhaps while it was asked.</summary>
    public bool IsDisabled(RouteCandidate candidate) => switches.IsDisabled(candidate.Deployment.Provider.Name);

    /// <summary>Nothing of the group can be asked now: another route is, or what recovers first.</summary>
    private void TakeRested(InferenceCall call, CallRouting routing)
    {
        List<Way> ways = [new(routing.Route, routing.Group, routing.Order.ToArray())];
        routing.AddFallbacks(routing.Route.Fallbacks);
        if (TryNextRoute(call, routing, ways) || ways.Exists(way => TryTakeRested(call, routing, way)))
        {
            return;
        }

        throw new ApiException(routing.DisabledProviders is { } disabled
            ? ProviderSwitches.Refusal(disabled, "model")
            : new ApiError(403, "model_not_allowed", $"This API key may not call '{call.PromptModel ?? call.Scan.Model}'.", "model"));
    }

    /// <summary>Takes what recovers first of those that a call may go to.</summary>
    private bool TryTakeRested(InferenceCall call, CallRouting routing, Way way)
    {
        routing.Enter(way.Route, way.Group, way.Order);
        var (first, recovers) = (-1, long.MaxValue);
        for (var place = 0; place < way.Order.Length; place++)
        {
            if (Bar(call, routing, way.Order[place]) is null && health.RecoversAt(way.Order[place]) is var at && at < recovers)
            {
                (first, recovers) = (place, at);
            }
        }

        if (first < 0)
        {
            return false;
        }

        routing.Take(first, lastResort: true);
        return true;
    }

    /// <summary>Takes the first of the order that nothing is against.</summary>
    private bool TryTake(InferenceCall call, CallRouting routing)
    {
        var now = time.GetUtcNow();
        for (var place = 0; place < routing.Order.Length; place++)
        {
            if (routing.IsTaken(place))
            {
                continue;
            }

            var candidate = routing.Order[place];
            if ((Bar(call, routing, candidate) ?? health.Hindrance(candidate, now)) is not { } reason)
            {
                routing.Take(place, lastResort: false);
                return true;
            }

            routing.Leave(place);
            routing.PassOver(candidate.Deployment.Name, reason);
        }

        return false;
    }

    /// <param name="call">The call.</param>
    /// <param name="routing">Where it goes.</param>
    /// <param name="rested">Gets the ways of which nothing can be asked now; null where nobody wants to know.</param>
    private bool TryNextRoute(InferenceCall call, CallRouting routing, List<Way>? rested = null)
    {
        while (routing.TryNextName(out var name))
        {
            if (models.Fallback(name) is not { } route)
            {
                routing.PassOver(name, "not_found");
                continue;
            }

            if (routing.WasEntered(route))
            {
                continue;
            }

            if (route.GroupOf(call) is not { } group)
            {
                routing.PassOver(name, "no_group_matches");
                continue;
            }

            routing.Enter(route, group, CandidateOrder.Of(group, _underWay, Random.Shared));
            if (TryTake(call, routing))
            {
                return true;
            }

            rested?.Add(new Way(route, group, routing.Order.ToArray()));
            routing.AddFallbacks(route.Fallbacks);
        }

        return false;
    }

    /// <summary>Why a call must not go to a deployment at all, in one word; null if it may.</summary>
    private string? Bar(InferenceCall call, CallRouting routing, RouteCandidate candidate)
    {
        var deployment = candidate.Deployment;
        return routing.Allowed is { } allowed && !allowed.Contains(deployment.Name) && !(routing.Route.Name is { } name && allowed.Contains(name)) ? "not_allowed"
            : models.IsOfOthers(call.Caller.ProjectId, deployment) ? "not_found"
            : LacksFormat(call, deployment) ? "no_structured_output"
            : IsDisabled(candidate) ? ProviderSwitches.Disabled
            : null;
    }

    /// <summary>The request was written for a model that gives structured answers by itself; one that must be asked in words would not understand it.</summary>
    private static bool LacksFormat(InferenceCall call, Deployment deployment) =>
        call.Deployment is { StructuredOutput: StructuredOutputSupport.Native } && deployment.StructuredOutput == StructuredOutputSupport.Prompted && !call.Scan.Format.IsEmpty;

    /// <summary>A group that a call may be answered by, and its deployments in the order in which they are tried.</summary>
    private readonly record struct Way(ModelRoute Route, RouteGroup Group, RouteCandidate[] Order);
}
