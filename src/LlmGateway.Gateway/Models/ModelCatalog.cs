using System.Collections.Concurrent;

namespace LlmGateway.Gateway.Models;

/// <summary>The current <see cref="ModelTable"/> and what providers said of their models.</summary>
internal sealed class ModelCatalog : IDisposable
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _lists = new(StringComparer.Ordinal);
    private readonly GatewaySettings _settings;

    public ModelCatalog(GatewaySettings settings)
    {
        _settings = settings;
        Table = new ModelTable(settings.Current);
        settings.Changed += Replace;
    }

    public ModelTable Table { get; private set; }

    public Deployment Resolve(string name) => Table.Resolve(name, _lists);

    public IReadOnlyList<string> ModelsOf(Provider provider) =>
        Table.ConfiguredModels(provider.Name) is { Count: > 0 } configured ? configured : _lists.GetValueOrDefault(provider.Name) ?? [];

    public void SetList(string provider, IReadOnlyList<string> models) => _lists[provider] = models;

    public void Dispose() => _settings.Changed -= Replace;

    private void Replace() => Table = new ModelTable(_settings.Current);
}
