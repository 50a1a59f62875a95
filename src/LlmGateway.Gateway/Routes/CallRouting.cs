using LlmGateway.Gateway.Providers;

namespace LlmGateway.Gateway.Routes;

/// <summary>Where a call goes, where else it may go, and why: made when its model is resolved, changed by each deployment that fails.</summary>
/// <param name="route">What the caller's name stands for.</param>
/// <param name="allowed">The only deployments or routes that the caller's key may reach; null where it may call the route itself.</param>
internal sealed class CallRouting(ModelRoute route, IReadOnlySet<string>? allowed)
{
    private const int MaxPassedOver = 16;
    private List<PassedOver>? _passedOver;
    private List<string>? _pending;
    private List<ModelRoute>? _entered;
    private RouteCandidate[] _order = [];
    private uint _taken;

    /// <summary>What the caller's name stands for.</summary>
    public ModelRoute Origin { get; } = route;

    /// <summary>The route that answers; another than <see cref="Origin"/> after a fallback.</summary>
    public ModelRoute Route { get; private set; } = route;

    /// <summary>The group of <see cref="Route"/> whose conditions the request met.</summary>
    public RouteGroup Group { get; private set; } = null!;

    /// <summary>The deployment that is asked now.</summary>
    public RouteCandidate Current { get; private set; } = null!;

    /// <summary>The deployment that was chosen first.</summary>
    public RouteCandidate Target { get; private set; } = null!;

    /// <summary>Whether <see cref="Current"/> is asked only because nothing better was left.</summary>
    public bool IsLastResort { get; private set; }

    /// <summary>Candidates and routes that were not asked, each with why; at most 16.</summary>
    public IReadOnlyList<PassedOver> PassedOver => _passedOver ?? [];

    /// <summary>Providers that were passed over because an operator disabled them; null where none were.</summary>
    public IReadOnlyList<string>? DisabledProviders => _passedOver?.Exists(passed => passed.Reason == ProviderSwitches.Disabled) != true
        ? null
        : [.. _passedOver.Where(passed => passed.Reason == ProviderSwitches.Disabled)
            .Select(passed => passed.Target[..passed.Target.IndexOf('/', StringComparison.Ordinal)]).Distinct(StringComparer.Ordinal)];

    public IReadOnlySet<string>? Allowed { get; } = allowed;

    /// <summary>The candidates in the order in which they are tried.</summary>
    public ReadOnlySpan<RouteCandidate> Order => _order;

    public bool IsTaken(int place) => (_taken & (1u << place)) != 0;

    /// <summary>What matched, as text for an explanation; null where the group takes every request.</summary>
    public string? MatchedRule => Group.Conditions.Count == 0 ? null : string.Join("; ", Group.Conditions.Select(condition => condition.Description));

    public void Enter(ModelRoute route, RouteGroup group, RouteCandidate[] order)
    {
        if (route != Origin)
        {
            (_entered ??= []).Add(route);
        }

        (Route, Group, _order, _taken) = (route, group, order, 0);
    }

    public bool WasEntered(ModelRoute route) => route == Origin || _entered?.Contains(route) == true;

    /// <summary>Takes a place of the order out of the choice.</summary>
    public void Leave(int place) => _taken |= 1u << place;

    public void Take(int place, bool lastResort)
    {
        Leave(place);
        Current = _order[place];
        Target ??= Current;
        IsLastResort = lastResort;
    }

    public void PassOver(string target, string reason)
    {
        _passedOver ??= [];
        if (_passedOver.Count < MaxPassedOver)
        {
            _passedOver.Add(new PassedOver(target, reason));
        }
    }

    /// <summary>Further names to go to, before those that wait already.</summary>
    public void AddFallbacks(IReadOnlyList<string> names)
    {
        if (names.Count > 0)
        {
            (_pending ??= []).InsertRange(0, names);
        }
    }

    /// <summary>Puts other names in place of those that wait: they are for another kind of failure.</summary>
    public void ReplaceFallbacks(IReadOnlyList<string> names)
    {
        _pending?.Clear();
        AddFallbacks(names);
    }

    public bool TryNextName(out string name)
    {
        name = _pending is { Count: > 0 } ? _pending[0] : "";
        if (name.Length == 0)
        {
            return false;
        }

        _pending!.RemoveAt(0);
        return true;
    }
}

/// <param name="Target"><c>provider/model</c>, or a route's name.</param>
/// <param name="Reason">Why it was not asked, in one word such as <c>circuit_open</c>.</param>
internal readonly record struct PassedOver(string Target, string Reason);
