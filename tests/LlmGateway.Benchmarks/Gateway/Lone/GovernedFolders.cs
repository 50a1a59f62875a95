using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Gateway.Lone;

/// <summary>Data folders of gateways, deleted together.</summary>
internal sealed class GovernedFolders : IDisposable
{
    private readonly List<TempFolder> _folders = [];

    public TempFolder Next()
    {
        _folders.Add(new TempFolder());
        return _folders[^1];
    }

    public void Dispose() => _folders.ForEach(folder => folder.Dispose());
}
