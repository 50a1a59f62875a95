using LlmGateway.TestKit.Servers;

namespace LlmGateway.System.Tests;

/// <summary>Servers of a test class's own, which it may stop without disturbing another.</summary>
public sealed class OwnServers : IAsyncDisposable
{
    private ServerSet? _set;

    /// <summary>Starts the named ones where they do not run already.</summary>
    public async Task<ServerSet> StartAsync(params string[] servers)
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        if (_set is null)
        {
            _set = await ServerSet.StartNewAsync(servers);
        }
        else
        {
            await _set.StartAsync(servers);
        }

        return _set;
    }

    public ValueTask DisposeAsync() => _set?.DisposeAsync() ?? ValueTask.CompletedTask;
}
