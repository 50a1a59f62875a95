using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Routes;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Models;

/// <summary>
/// One state of the configured providers, their models and the routes; replaced whole when any of them changes.
/// A name is, in this order: an alias; a configured provider before the first slash; a name in a provider's list.
/// </summary>
internal sealed class ModelTable
{
    /// <summary>Names that callers made up must not fill the memory.</summary>
    private const int MaxResolved = 4096;

    private static readonly RetryOptions NoRetries = new() { MaxRetries = 0 };

    private readonly GatewayOptions _options;
    private readonly FrozenDictionary<string, Provider> _providers;
    private readonly FrozenDictionary<string, FrozenSet<string>> _models;
    private readonly FrozenDictionary<string, Provider[]> _owners;
    private readonly ConcurrentDictionary<string, ModelRoute> _resolved = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Provider, string Model), ModelRoute> _fineTuned = new();

    /// <param name="options">The configuration.</param>
    /// <param name="lists">What providers said of their models, for those whose models are not configured.</param>
    public ModelTable(GatewayOptions options, IReadOnlyDictionary<string, IReadOnlyList<string>> lists)
    {
        _options = options;
        _providers = options.Providers.ToFrozenDictionary(
            entry => entry.Key,
            entry => WithKeys(
                new Provider(
                    entry.Key, entry.Value.Kind, BaseUrl(entry.Value), entry.Value.ApiKey, entry.Value.ApiVersion, entry.Value.StreamUsage)
                {
                    Operations = ProviderOperations.Of(entry.Value),
                    StoresResponses = ProviderOperations.StoresResponses(entry.Value),
                    AnthropicVersion = entry.Value.AnthropicVersion,
                },
                entry.Value),
            StringComparer.Ordinal);
        _models = options.Providers.ToFrozenDictionary(
            entry => entry.Key,
            entry => (entry.Value.Models is { Count: > 0 } configured ? configured : lists.GetValueOrDefault(entry.Key) ?? [])
                .ToFrozenSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
        _owners = _providers.Values.SelectMany(provider => ModelsOf(provider).Select(model => (model, provider)))
            .GroupBy(entry => entry.model, entry => entry.provider, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        DefaultProvider = options.DefaultProvider is { } name ? _providers.GetValueOrDefault(name)
            : Outside.Where(provider => provider.Kind != ProviderKind.Anthropic).OrderBy(provider => provider.Name == "openai" ? 0 : 1).ThenBy(provider => provider.Name, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>What this was made of.</summary>
    public GatewayOptions Options => _options;

    public IEnumerable<Provider> Providers => _providers.Values;

    public IReadOnlyDictionary<string, RouteOptions> Routes => _options.Routes;

    /// <summary>The provider for requests that name no model of ours, such as <c>images/*</c>; null if there is none.</summary>
    public Provider? DefaultProvider { get; }

    private IEnumerable<Provider> Outside => _providers.Values.Where(provider => provider.Kind != ProviderKind.Internal);

    /// <summary>Models known of a provider: configured ones, else those that it listed.</summary>
    public IReadOnlySet<string> ModelsOf(Provider provider) => _models[provider.Name];

    /// <summary>Whether the provider must be asked for its models, because none are configured.</summary>
    public bool MustAsk(Provider provider) => _options.Providers[provider.Name].Models.Count == 0;

    /// <summary>The deployment that a caller's model name means first; a route may send a call elsewhere.</summary>
    /// <exception cref="ApiException">404 <c>model_not_found</c>, or 400 when several providers have the name.</exception>
    public Deployment Resolve(string name) => Route(name).First;

    /// <summary>What a caller's model name stands for.</summary>
    /// <exception cref="ApiException">As for <see cref="Resolve"/>.</exception>
    public ModelRoute Route(string name)
    {
        if (_resolved.TryGetValue(name, out var known))
        {
            return known;
        }

        var found = _options.Routes.GetValueOrDefault(name) is { } route ? Compile(name, route) : Single(Require(name, null));
        if (_resolved.Count < MaxResolved)
        {
            _resolved[name] = found;
        }

        return found;
    }

    /// <summary>A fine-tuned model, which is in nobody's list; null if its provider is not configured.</summary>
    public ModelRoute? At(string provider, string model) => _providers.TryGetValue(provider, out var found)
        ? _fineTuned.GetOrAdd((provider, model), key => Single(Deploy(found, key.Model, null)))
        : null;

    private static Provider WithKeys(Provider provider, ProviderOptions options)
    {
        string[] keys = options.ApiKey is { } own ? [own, .. options.ApiKeys.Where(key => key != own)] : [.. options.ApiKeys];
        provider = provider with { ApiKey = keys.FirstOrDefault(), Keys = keys, MaxConnections = options.MaxConnections };
        return keys.Length < 2 ? provider : provider with { ByKey = [.. keys.Select(key => provider with { ApiKey = key })] };
    }

    private ModelRoute Single(Deployment deployment) => new(
        null, [new RouteGroup("0", RoutePolicy.Priority, [], [Candidate(deployment, 1, null, null)])])
    {
        Retries = _options.Retries ?? NoRetries,
    };

    private ModelRoute Compile(string name, RouteOptions route)
    {
        var groups = route.Groups.Select((group, index) => new RouteGroup(
            group.Name ?? index.ToString(CultureInfo.InvariantCulture),
            group.Policy,
            [.. group.When.Select(condition => new RouteCondition(condition))],
            [.. group.Deployments.Select(deployment => Candidate(Require(deployment.Model, route), deployment.Weight, deployment.Timeouts, route.Timeouts))]));
        var rest = route.Model.Length == 0
            ? (IEnumerable<RouteGroup>)[]
            : [new RouteGroup("default", RoutePolicy.Priority, [], [Candidate(Require(route.Model, route), 1, null, route.Timeouts)])];
        return new ModelRoute(name, [.. groups, .. rest])
        {
            Fallbacks = route.Fallbacks,
            ContextFallbacks = route.ContextFallbacks,
            ContentPolicyFallbacks = route.ContentPolicyFallbacks,
            Retries = route.Retries ?? _options.Retries ?? NoRetries,
        };
    }

    private RouteCandidate Candidate(Deployment deployment, double weight, TimeoutOptions? own, TimeoutOptions? route)
    {
        var provider = _options.Providers[deployment.Provider.Name];
        return new RouteCandidate(
            deployment, weight, CallTimeouts.Of(_options.IdleTimeout, own, route, provider.Timeouts, _options.Timeouts), provider.Breaker);
    }

    private Deployment Require(string name, RouteOptions? route) => Find(name, route) ?? throw new ApiException(ModelNotFound.Describe(name, this));

    private Deployment? Find(string name, RouteOptions? route)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && slash < name.Length - 1 && _providers.TryGetValue(name[..slash], out var prefixed))
        {
            var model = name[(slash + 1)..];

            // Our own services' models are known for certain, so a misspelt one is refused here.
            return prefixed.Kind == ProviderKind.Internal && !ModelsOf(prefixed).Contains(model) ? null : Deploy(prefixed, model, route);
        }

        return _owners.GetValueOrDefault(name) switch
        {
            [var owner] => Deploy(owner, name, route),
            { } owners => throw new ApiException(ApiErrors.BadRequest(
                $"Several providers have the model '{name}': say which, as {string.Join(" or ", owners.Select(owner => $"'{owner.Name}/{name}'"))}.", "model")),
            null => FindOnlyUnlisted() is { } only ? Deploy(only, name, route) : null,
        };
    }

    /// <summary>Anthropic's SDKs write its address without the version, and add that themselves.</summary>
    private static string BaseUrl(ProviderOptions provider)
    {
        var given = provider.BaseUrl.TrimEnd('/');
        return provider.Kind == ProviderKind.Anthropic && !given.EndsWith("/v1", StringComparison.Ordinal) ? $"{given}/v1" : given;
    }

    /// <summary>The sole outside provider, when its list could not be read: a bare name can only be meant for it.</summary>
    private Provider? FindOnlyUnlisted() => Outside.Take(2).ToArray() is [var only] && ModelsOf(only).Count == 0 ? only : null;

    private Deployment Deploy(Provider provider, string model, RouteOptions? route) => new(
        provider, model, route?.Cache ?? CachePolicy.Deterministic, route?.CacheTtl ?? _options.Cache.DefaultTtl,
        _options.Models.GetValueOrDefault($"{provider.Name}/{model}")?.StructuredOutput ?? _options.Providers[provider.Name].StructuredOutput)
    {
        UnsupportedParameters = route?.UnsupportedParameters ?? _options.Providers[provider.Name].UnsupportedParameters,
        MaxTokens = _options.Models.GetValueOrDefault($"{provider.Name}/{model}")?.MaxTokens ?? Deployment.DefaultMaxTokens,
        TakesReasoningEffort = _options.Models.GetValueOrDefault($"{provider.Name}/{model}")?.ReasoningEffort,
    };
}
