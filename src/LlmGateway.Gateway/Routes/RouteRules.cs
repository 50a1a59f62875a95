using LlmGateway.Gateway.Models;

namespace LlmGateway.Gateway.Routes;

/// <summary>What is wrong with routes, keys and timers, and what in them can have no effect. Each message names the key.</summary>
internal static class RouteRules
{
    private const int MaxDeployments = 32;
    private const int MaxKeys = 64;

    /// <summary>Adds what cannot be.</summary>
    public static void Check(GatewayOptions options, List<string> errors)
    {
        CheckTimeouts(options.Timeouts, "Gateway:Timeouts", errors);
        CheckRetries(options.Retries, "Gateway:Retries", errors);
        foreach (var (name, provider) in options.Providers)
        {
            CheckTimeouts(provider.Timeouts, $"Gateway:Providers:{name}:Timeouts", errors);
            GatewayOptionsValidator.CheckRanges(provider.Breaker, $"Gateway:Providers:{name}:Breaker", errors);
            if (provider.ApiKeys.Count >= MaxKeys || provider.ApiKeys.Exists(string.IsNullOrWhiteSpace))
            {
                errors.Add($"Gateway:Providers:{name}:ApiKeys: give fewer than {MaxKeys} keys, none of them empty.");
            }

            if (provider.MaxConnections is < 1)
            {
                errors.Add($"Gateway:Providers:{name}:MaxConnections: give at least 1, or nothing for no limit.");
            }
        }

        foreach (var name in options.Routes.Keys)
        {
            errors.AddRange(Errors(options, name));
            errors.AddRange(FallbackErrors(options, name));
        }
    }

    /// <summary>Where a route stands in the configuration.</summary>
    public static string Key(string name) => $"{GatewayOptions.Section}:{nameof(GatewayOptions.Routes)}:{name}";

    /// <summary>Why one of the routes cannot be.</summary>
    public static List<string> Errors(GatewayOptions options, string name)
    {
        var errors = new List<string>();
        CheckRoute(options, Key(name), options.Routes[name], errors);
        if (LeadsBack(options, name, name, []))
        {
            errors.Add($"{Key(name)}: its fallbacks lead back to it.");
        }

        return errors;
    }

    /// <summary>Fallbacks of one of the routes that lead nowhere: it could do without them.</summary>
    public static List<string> FallbackErrors(GatewayOptions options, string name)
    {
        var (errors, route) = (new List<string>(), options.Routes[name]);
        CheckFallbacks(options, $"{Key(name)}:Fallbacks", route.Fallbacks, errors);
        CheckFallbacks(options, $"{Key(name)}:ContextFallbacks", route.ContextFallbacks, errors);
        CheckFallbacks(options, $"{Key(name)}:ContentPolicyFallbacks", route.ContentPolicyFallbacks, errors);
        return errors;
    }

    /// <summary>What has no effect, though it can be.</summary>
    public static IReadOnlyList<string> Warnings(GatewayOptions options) => [.. options.Routes.Keys.SelectMany(name => Warnings(options, name))];

    /// <summary>What of one of the routes has no effect.</summary>
    public static IEnumerable<string> Warnings(GatewayOptions options, string name) => GroupWarnings(options, Key(name), options.Routes[name]);

    /// <summary>Every model that a route names itself, without its fallbacks.</summary>
    public static IEnumerable<string> Models(RouteOptions route) =>
        route.Groups.SelectMany(group => group.Deployments).Select(deployment => deployment.Model)
            .Concat(route.Model.Length == 0 ? [] : [route.Model]);

    private static void CheckRoute(GatewayOptions options, string path, RouteOptions route, List<string> errors)
    {
        CheckTimeouts(route.Timeouts, $"{path}:Timeouts", errors);
        CheckRetries(route.Retries, $"{path}:Retries", errors);
        if (string.IsNullOrEmpty(route.Model) && route.Groups.Count == 0)
        {
            errors.Add($"{path}:Model: give the 'provider/model' that the alias stands for, or Groups.");
        }
        else if (options.Routes.ContainsKey(route.Model))
        {
            errors.Add($"{path}:Model: '{route.Model}' is itself an alias; name a model.");
        }

        for (var index = 0; index < route.Groups.Count; index++)
        {
            CheckGroup(options, $"{path}:Groups:{index}", route.Groups[index], errors);
        }
    }

    private static void CheckGroup(GatewayOptions options, string path, RouteGroupOptions group, List<string> errors)
    {
        if (group.Deployments.Count is 0 or > MaxDeployments)
        {
            errors.Add($"{path}:Deployments: give from 1 to {MaxDeployments} of them.");
        }
        else if (group.Deployments.TrueForAll(deployment => deployment.Weight == 0))
        {
            errors.Add($"{path}:Deployments: every Weight is 0, so none would ever be asked.");
        }

        for (var index = 0; index < group.Deployments.Count; index++)
        {
            var (deployment, key) = (group.Deployments[index], $"{path}:Deployments:{index}");
            GatewayOptionsValidator.CheckRanges(deployment, key, errors);
            CheckTimeouts(deployment.Timeouts, $"{key}:Timeouts", errors);
            if (ProviderOf(options, deployment.Model) is null)
            {
                errors.Add($"{key}:Model: '{deployment.Model}' is no 'provider/model' with a provider under Gateway:Providers.");
            }
        }

        for (var index = 0; index < group.When.Count; index++)
        {
            if (RouteCondition.Check(group.When[index]) is { } wrong)
            {
                errors.Add($"{path}:When:{index}: {wrong}");
            }
        }
    }

    private static void CheckFallbacks(GatewayOptions options, string path, List<string> names, List<string> errors)
    {
        for (var index = 0; index < names.Count; index++)
        {
            if (!options.Routes.ContainsKey(names[index]) && ProviderOf(options, names[index]) is null)
            {
                errors.Add($"{path}:{index}: '{names[index]}' is neither a route nor a 'provider/model' with a provider under Gateway:Providers.");
            }
        }
    }

    private static void CheckRetries(RetryOptions? retries, string path, List<string> errors)
    {
        if (retries is null)
        {
            return;
        }

        GatewayOptionsValidator.CheckRanges(retries, path, errors);
        if (retries.InitialDelay > retries.MaxDelay)
        {
            errors.Add($"{path}:InitialDelay: it is over MaxDelay.");
        }
    }

    private static void CheckTimeouts(TimeoutOptions? timeouts, string path, List<string> errors)
    {
        if (timeouts is null)
        {
            return;
        }

        GatewayOptionsValidator.CheckRanges(timeouts, path, errors);
        foreach (var (name, value) in new[] { ("Connect", timeouts.Connect), ("FirstByte", timeouts.FirstByte), ("Idle", timeouts.Idle) })
        {
            if (value > timeouts.Total)
            {
                errors.Add($"{path}:{name}: it is over Total, which would always run out first.");
            }
        }
    }

    /// <summary>Whether a route is among what its fallbacks lead to.</summary>
    private static bool LeadsBack(GatewayOptions options, string start, string name, HashSet<string> seen)
    {
        var route = options.Routes[name];
        foreach (var next in route.Fallbacks.Concat(route.ContextFallbacks).Concat(route.ContentPolicyFallbacks))
        {
            if (next == start || (options.Routes.ContainsKey(next) && seen.Add(next) && LeadsBack(options, start, next, seen)))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> GroupWarnings(GatewayOptions options, string path, RouteOptions route)
    {
        var before = new List<(string Key, HashSet<string> Conditions)>();
        for (var index = 0; index < route.Groups.Count; index++)
        {
            var (group, key) = (route.Groups[index], $"{path}:Groups:{index}");
            foreach (var (place, condition) in group.When.Index())
            {
                if (RouteCondition.Impossible(condition, options.MaxRequestBytes) is { } why)
                {
                    yield return $"{key}:When:{place}: no request can meet it: {why}.";
                }
            }

            var conditions = group.When.Select(condition => new RouteCondition(condition).Description).ToHashSet(StringComparer.Ordinal);
            if (before.Find(earlier => earlier.Conditions.IsSubsetOf(conditions)) is { Key: { } taker })
            {
                yield return $"{key}: it is never reached: {taker} takes every request that it is for.";
            }

            before.Add((key, conditions));
        }

        if (route.Model.Length > 0 && before.Find(earlier => earlier.Conditions.Count == 0) is { Key: { } all })
        {
            yield return $"{path}:Model: it is never reached: {all} takes every request.";
        }
    }

    private static ProviderOptions? ProviderOf(GatewayOptions options, string model)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < model.Length - 1 ? options.Providers.GetValueOrDefault(model[..slash]) : null;
    }
}
