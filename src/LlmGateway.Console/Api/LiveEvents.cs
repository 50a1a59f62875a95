using System.Text.Json;

namespace LlmGateway.Console.Api;

/// <summary>An event of <c>GET /v1/events</c>.</summary>
/// <param name="Type">Such as <c>eval.run.succeeded</c>.</param>
/// <param name="Data">At least the <c>id</c> of what it is about.</param>
internal sealed record LiveEvent(string Type, JsonElement Data)
{
    public string? Id => Data.TryGetProperty("id", out var id) ? id.GetString() : null;
}

/// <summary>The project's events for the parts of one open page: one stream for them all, opened with the first and joined again when it breaks.</summary>
internal sealed class LiveEvents(GatewayApi api) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource _end = new();
    private readonly List<Func<LiveEvent, Task>> _listeners = [];
    private Task? _reading;

    /// <summary>Listens until the answer is disposed.</summary>
    public IDisposable Listen(Func<LiveEvent, Task> listener)
    {
        lock (_listeners)
        {
            _listeners.Add(listener);
            _reading ??= Task.Run(ReadAsync);
        }

        return new Listening(() =>
        {
            lock (_listeners)
            {
                _listeners.Remove(listener);
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await (_reading ?? Task.CompletedTask);
        _end.Dispose();
    }

    private async Task ReadAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await foreach (var happened in api.StreamAsync(HttpMethod.Get, "/v1/events", null, _end.Token))
                {
                    if (happened.TryGetProperty("type", out var type) && happened.TryGetProperty("data", out var data))
                    {
                        await HandAsync(new LiveEvent(type.ToString(), data));
                    }
                }

                await Task.Delay(Pause, _end.Token);
            }
            catch (GatewayException failure) when (failure.IsAway)
            {
                await Task.Delay(Pause, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (exception is GatewayException or OperationCanceledException)
            {
                // Without the scope there are no events, and pages are read as they were when they were opened.
                return;
            }
        }
    }

    private Task HandAsync(LiveEvent happened)
    {
        Func<LiveEvent, Task>[] listeners;
        lock (_listeners)
        {
            listeners = [.. _listeners];
        }

        // Outside of the lock: what a part does about it may open others that listen.
        return Task.WhenAll(listeners.Select(listener => listener(happened)));
    }

    private sealed class Listening(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
