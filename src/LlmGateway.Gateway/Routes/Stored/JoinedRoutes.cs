namespace LlmGateway.Gateway.Routes.Stored;

/// <summary>
/// The configuration's routes and the stored ones beside them. The configuration stands by itself and goes first: a stored route that
/// does not hold beside it is left out, and no start or reload fails for it.
/// </summary>
internal sealed class JoinedRoutes
{
    private readonly Dictionary<string, List<string>> _warnings = new(StringComparer.Ordinal);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    private JoinedRoutes(GatewayOptions options) => Options = options;

    /// <summary>The configuration with all routes that hold.</summary>
    public GatewayOptions Options { get; }

    /// <summary>What of the configured and the stored routes has no effect, or is not in force.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <param name="configured">What the configuration says.</param>
    /// <param name="stored">What was stored.</param>
    public static JoinedRoutes Of(GatewayOptions configured, IReadOnlyList<NamedRoute> stored)
    {
        var joined = new JoinedRoutes(stored.Count == 0 ? configured : configured.WithRoutes(new(configured.Routes, StringComparer.Ordinal)));

        // In one order on each gateway: it is part of the configuration's version.
        var ordered = stored.OrderBy(route => route.Name, StringComparer.Ordinal).ToList();
        joined.Add(configured, ordered);
        joined.Check();
        joined.Warnings = [.. RouteRules.Warnings(configured), .. ordered.SelectMany(route => joined.WarningsOf(route.Name).Select(warning => $"/v1/routes/{route.Name}: {warning}"))];
        return joined;
    }

    /// <summary>Whether a stored route is in force.</summary>
    public bool Holds(string name) => _held.Contains(name);

    /// <summary>What is to be said of a stored route, by the members of its JSON.</summary>
    public IReadOnlyList<string> WarningsOf(string name) => _warnings.GetValueOrDefault(name) ?? [];

    private void Add(GatewayOptions configured, IEnumerable<NamedRoute> stored)
    {
        foreach (var (name, route) in stored)
        {
            if (route is null)
            {
                Warn(name, "it is not in force: this gateway cannot read it; a newer one has written it.");
            }
            else if (configured.Routes.ContainsKey(name))
            {
                Warn(name, $"it is not in force: the configuration has a route of this name ({RouteRules.Key(name)}), which goes first.");
            }
            else
            {
                Options.Routes[name] = route;
                _held.Add(name);
            }
        }
    }

    /// <summary>Leaves out what cannot be; what is left does without fallbacks that lead nowhere.</summary>
    private void Check()
    {
        foreach (var name in _held.Order(StringComparer.Ordinal).ToList())
        {
            if (RouteRules.Errors(Options, name) is { Count: > 0 } errors)
            {
                errors.ForEach(error => Warn(name, $"it is not in force: {RouteJson.Translate(name, error).Message}"));
                _held.Remove(name);
                Options.Routes.Remove(name);
            }
        }

        foreach (var name in _held)
        {
            foreach (var told in RouteRules.FallbackErrors(Options, name).Concat(RouteRules.Warnings(Options, name)))
            {
                Warn(name, RouteJson.Translate(name, told).Message);
            }
        }
    }

    private void Warn(string name, string warning)
    {
        if (!_warnings.TryGetValue(name, out var warnings))
        {
            _warnings[name] = warnings = [];
        }

        warnings.Add(warning);
    }
}

/// <param name="Name">What callers write as <c>model</c>.</param>
/// <param name="Route">Null where it cannot be read.</param>
internal readonly record struct NamedRoute(string Name, RouteOptions? Route);
