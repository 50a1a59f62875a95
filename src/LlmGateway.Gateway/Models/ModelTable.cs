using System.Collections.Frozen;
using LlmGateway.Gateway.Caching;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Models;

/// <summary>
/// One state of the configured providers and routes; replaced whole when the configuration changes.
/// A name is, in this order: an alias; a configured provider before the first slash; a name in a provider's list.
/// </summary>
internal sealed class ModelTable
{
    private const int MaxSuggestions = 3;
    private readonly GatewayOptions _options;
    private readonly FrozenDictionary<string, Provider> _providers;

    public ModelTable(GatewayOptions options)
    {
        _options = options;
        _providers = options.Providers.ToFrozenDictionary(
            entry => entry.Key,
            entry => new Provider(
                entry.Key, entry.Value.Kind, entry.Value.BaseUrl.TrimEnd('/'), entry.Value.ApiKey, entry.Value.ApiVersion, entry.Value.StreamUsage),
            StringComparer.Ordinal);
    }

    public IEnumerable<Provider> Providers => _providers.Values;

    public IReadOnlyDictionary<string, RouteOptions> Routes => _options.Routes;

    /// <summary>Models that the configuration lists for a provider; empty means: ask the provider.</summary>
    public IReadOnlyList<string> ConfiguredModels(string provider) => _options.Providers[provider].Models;

    /// <summary>The provider for requests that name no model of ours, such as <c>images/*</c>; null if there is none.</summary>
    public Provider? DefaultProvider =>
        _options.DefaultProvider is { } name ? _providers.GetValueOrDefault(name)
        : _providers.Values.Where(provider => provider.Kind != ProviderKind.Internal)
            .OrderBy(provider => provider.Name == "openai" ? 0 : 1).ThenBy(provider => provider.Name, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>The deployment that a caller's model name means.</summary>
    /// <exception cref="ApiException">404 <c>model_not_found</c>, or 400 when several providers have the name.</exception>
    public Deployment Resolve(string name, IReadOnlyDictionary<string, IReadOnlyList<string>> lists)
    {
        if (_options.Routes.TryGetValue(name, out var route))
        {
            var target = Find(route.Model, lists, route) ?? throw new ApiException(NotFound(route.Model, lists));
            return target;
        }

        return Find(name, lists, null) ?? throw new ApiException(NotFound(name, lists));
    }

    private Deployment? Find(string name, IReadOnlyDictionary<string, IReadOnlyList<string>> lists, RouteOptions? route)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && slash < name.Length - 1 && _providers.TryGetValue(name[..slash], out var prefixed))
        {
            var model = name[(slash + 1)..];
            // Our own services' models are known for certain, so a misspelt one is refused here.
            return prefixed.Kind == ProviderKind.Internal && !KnownModels(prefixed, lists).Contains(model)
                ? null
                : Deploy(prefixed, model, route);
        }

        var owners = _providers.Values.Where(provider => KnownModels(provider, lists).Contains(name)).ToList();
        return owners.Count switch
        {
            1 => Deploy(owners[0], name, route),
            > 1 => throw new ApiException(ApiErrors.BadRequest(
                $"Several providers have the model '{name}': say which, as {string.Join(" or ", owners.Select(owner => $"'{owner.Name}/{name}'"))}.", "model")),
            _ => FindOnlyUnlisted(lists) is { } only ? Deploy(only, name, route) : null,
        };
    }

    /// <summary>The sole outside provider, when its list could not be read: a bare name can only be meant for it.</summary>
    private Provider? FindOnlyUnlisted(IReadOnlyDictionary<string, IReadOnlyList<string>> lists)
    {
        var outside = _providers.Values.Where(provider => provider.Kind != ProviderKind.Internal).ToList();
        return outside.Count == 1 && KnownModels(outside[0], lists).Count == 0 ? outside[0] : null;
    }

    private IReadOnlyList<string> KnownModels(Provider provider, IReadOnlyDictionary<string, IReadOnlyList<string>> lists) =>
        ConfiguredModels(provider.Name) is { Count: > 0 } configured ? configured : lists.GetValueOrDefault(provider.Name) ?? [];

    private Deployment Deploy(Provider provider, string model, RouteOptions? route) =>
        new(provider, model, route?.Cache ?? CachePolicy.Deterministic, route?.CacheTtl ?? _options.Cache.DefaultTtl);

    private ApiError NotFound(string name, IReadOnlyDictionary<string, IReadOnlyList<string>> lists)
    {
        var known = _providers.Values.SelectMany(provider => KnownModels(provider, lists).Select(model => $"{provider.Name}/{model}"))
            .Concat(_options.Routes.Keys);
        var near = known.Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= Math.Max(3, name.Length / 2))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(MaxSuggestions).Select(candidate => $"'{candidate.Name}'").ToList();
        var hint = near.Count > 0 ? $" Did you mean {string.Join(", ", near)}?"
            : DefaultProvider is null ? " No provider is configured: set OPENAI_API_KEY, or try 'local/chat'."
            : " GET /v1/models lists the known ones.";
        return new(404, "model_not_found",
            $"The model '{Shorten(name)}' does not exist or you do not have access to it.{hint} An alias is made with Gateway:Routes:{Shorten(name)}:Model.", "model");
    }

    private static string Shorten(string name) => name.Length <= 100 ? name : name[..100];

    /// <summary>From the whole name or from the part behind the provider, whichever is nearer.</summary>
    private static int Distance(string name, string candidate) =>
        Math.Min(EditDistance(name, candidate), EditDistance(name, candidate[(candidate.IndexOf('/', StringComparison.Ordinal) + 1)..]));

    /// <summary>Levenshtein distance, on names cut to 64 characters so that a long one costs nothing.</summary>
    private static int EditDistance(string left, string right)
    {
        var (a, b) = (left.Length > 64 ? left[..64] : left, right.Length > 64 ? right[..64] : right);
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost));
            }
        }

        return row[b.Length];
    }
}
