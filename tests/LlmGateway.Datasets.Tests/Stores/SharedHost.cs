using LlmGateway.TestKit;

namespace LlmGateway.Datasets.Tests.Stores;

/// <summary>The module over an embedded store, started once for a class whose tests each take a project of their own.</summary>
public sealed class SharedHost : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private DatasetsHost? _host;
    private int _projects;

    /// <summary>The data folder.</summary>
    public string Folder => _folder.Path;

    public async ValueTask InitializeAsync() => _host = await DatasetsHost.StartAsync(_folder.Path);

    /// <summary>A client that speaks for a project without any rows.</summary>
    public HttpClient NewProject() => _host!.For($"proj_{Interlocked.Increment(ref _projects)}");

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        _folder.Dispose();
    }
}
