using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Models;

/// <summary>The current <see cref="ModelTable"/> and what providers said of their models. A bad change of the configuration keeps the old table.</summary>
internal sealed partial class ModelCatalog : IDisposable
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _lists = new(StringComparer.Ordinal);
    private readonly ILogger<ModelCatalog> _logger;
    private readonly IDisposable? _subscription;

    public ModelCatalog(IOptionsMonitor<GatewayOptions> options, ILogger<ModelCatalog> logger)
    {
        _logger = logger;
        Table = new ModelTable(options.CurrentValue);
        _subscription = options.OnChange(Replace);
    }

    public ModelTable Table { get; private set; }

    public Deployment Resolve(string name) => Table.Resolve(name, _lists);

    public IReadOnlyList<string> ModelsOf(Provider provider) =>
        Table.ConfiguredModels(provider.Name) is { Count: > 0 } configured ? configured : _lists.GetValueOrDefault(provider.Name) ?? [];

    public void SetList(string provider, IReadOnlyList<string> models) => _lists[provider] = models;

    public void Dispose() => _subscription?.Dispose();

    private void Replace(GatewayOptions options)
    {
        Table = new ModelTable(options);
        LogReloaded(options.Providers.Count, options.Routes.Count);
    }

    [LoggerMessage(1200, LogLevel.Information, "Configuration reloaded: {Providers} providers, {Routes} aliases")]
    private partial void LogReloaded(int providers, int routes);
}
