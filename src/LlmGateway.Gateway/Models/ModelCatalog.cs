namespace LlmGateway.Gateway.Models;

/// <summary>The current <see cref="ModelTable"/>: made anew when the configuration or a provider's model list changes.</summary>
internal sealed class ModelCatalog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IReadOnlyList<string>> _lists = new(StringComparer.Ordinal);
    private readonly GatewaySettings _settings;

    public ModelCatalog(GatewaySettings settings)
    {
        _settings = settings;
        Table = new ModelTable(settings.Current, _lists);
        settings.Changed += Replace;
    }

    public ModelTable Table { get; private set; }

    /// <summary>Notes what a provider said of its models.</summary>
    public void SetList(string provider, IReadOnlyList<string> models)
    {
        lock (_gate)
        {
            if (_lists.TryGetValue(provider, out var known) && known.SequenceEqual(models, StringComparer.Ordinal))
            {
                return;
            }

            _lists[provider] = models;
            Table = new ModelTable(_settings.Current, _lists);
        }
    }

    public void Dispose() => _settings.Changed -= Replace;

    private void Replace()
    {
        lock (_gate)
        {
            Table = new ModelTable(_settings.Current, _lists);
        }
    }
}
