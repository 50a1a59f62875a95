using System.Collections.Concurrent;
using System.Collections.Frozen;
using LlmGateway.Gateway.Caching;
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

    private readonly GatewayOptions _options;
    private readonly FrozenDictionary<string, Provider> _providers;
    private readonly FrozenDictionary<string, FrozenSet<string>> _models;
    private readonly FrozenDictionary<string, Provider[]> _owners;
    private readonly ConcurrentDictionary<string, Deployment> _resolved = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Provider, string Model), Deployment> _fineTuned = new();

    /// <param name="options">The configuration.</param>
    /// <param name="lists">What providers said of their models, for those whose models are not configured.</param>
    public ModelTable(GatewayOptions options, IReadOnlyDictionary<string, IReadOnlyList<string>> lists)
    {
        _options = options;
        _providers = options.Providers.ToFrozenDictionary(
            entry => entry.Key,
            entry => new Provider(
                entry.Key, entry.Value.Kind, entry.Value.BaseUrl.TrimEnd('/'), entry.Value.ApiKey, entry.Value.ApiVersion, entry.Value.StreamUsage),
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
            : Outside.OrderBy(provider => provider.Name == "openai" ? 0 : 1).ThenBy(provider => provider.Name, StringComparer.Ordinal).FirstOrDefault();
    }

    public IEnumerable<Provider> Providers => _providers.Values;

    public IReadOnlyDictionary<string, RouteOptions> Routes => _options.Routes;

    /// <summary>The provider for requests that name no model of ours, such as <c>images/*</c>; null if there is none.</summary>
    public Provider? DefaultProvider { get; }

    private IEnumerable<Provider> Outside => _providers.Values.Where(provider => provider.Kind != ProviderKind.Internal);

    /// <summary>Models known of a provider: configured ones, else those that it listed.</summary>
    public IReadOnlySet<string> ModelsOf(Provider provider) => _models[provider.Name];

    /// <summary>Whether the provider must be asked for its models, because none are configured.</summary>
    public bool MustAsk(Provider provider) => _options.Providers[provider.Name].Models.Count == 0;

    /// <summary>The deployment that a caller's model name means.</summary>
    /// <exception cref="ApiException">404 <c>model_not_found</c>, or 400 when several providers have the name.</exception>
    public Deployment Resolve(string name)
    {
        if (_resolved.TryGetValue(name, out var known))
        {
            return known;
        }

        var route = _options.Routes.GetValueOrDefault(name);
        var target = route?.Model ?? name;
        var deployment = Find(target, route) ?? throw new ApiException(ModelNotFound.Describe(target, this));
        if (_resolved.Count < MaxResolved)
        {
            _resolved[name] = deployment;
        }

        return deployment;
    }

    /// <summary>A fine-tuned model, which is in nobody's list; null if its provider is not configured.</summary>
    public Deployment? At(string provider, string model) => _providers.TryGetValue(provider, out var found)
        ? _fineTuned.GetOrAdd((provider, model), key => Deploy(found, key.Model, null))
        : null;

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

    /// <summary>The sole outside provider, when its list could not be read: a bare name can only be meant for it.</summary>
    private Provider? FindOnlyUnlisted() => Outside.Take(2).ToArray() is [var only] && ModelsOf(only).Count == 0 ? only : null;

    private Deployment Deploy(Provider provider, string model, RouteOptions? route) => new(
        provider, model, route?.Cache ?? CachePolicy.Deterministic, route?.CacheTtl ?? _options.Cache.DefaultTtl,
        _options.Models.GetValueOrDefault($"{provider.Name}/{model}")?.StructuredOutput ?? _options.Providers[provider.Name].StructuredOutput);
}
