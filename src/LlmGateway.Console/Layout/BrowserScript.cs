using Microsoft.JSInterop;

namespace LlmGateway.Console.Layout;

/// <summary>The console's own script in the browser: what it remembers of looks, keys, and ways out.</summary>
internal sealed class BrowserScript(IJSRuntime js) : IAsyncDisposable
{
    private readonly Lazy<Task<IJSObjectReference>> _module = new(() => js.InvokeAsync<IJSObjectReference>("import", "./_content/LlmGateway.Console/console.js").AsTask());

    /// <summary>Whether pages are to be dark: as it was chosen here, else as the system has it.</summary>
    public async Task<bool> IsDarkAsync() => await (await _module.Value).InvokeAsync<bool>("isDark");

    public async Task RememberDarkAsync(bool dark) => await (await _module.Value).InvokeVoidAsync("rememberDark", dark);

    /// <summary>Calls <c>OnKeyAsync(key)</c> of the target at each key that is pressed outside of a text field, without a modifier.</summary>
    public async Task<IAsyncDisposable> ListenToKeysAsync<T>(DotNetObjectReference<T> target)
        where T : class
    {
        var listening = await (await _module.Value).InvokeAsync<IJSObjectReference>("listenToKeys", target);
        return new Listening(listening);
    }

    /// <summary>Calls <c>OnSeenAsync(isSeen)</c> of the target when the page's tab is hidden, and when it is shown again.</summary>
    public async Task<IAsyncDisposable> ListenToSightAsync<T>(DotNetObjectReference<T> target)
        where T : class
    {
        var listening = await (await _module.Value).InvokeAsync<IJSObjectReference>("listenToSight", target);
        return new Listening(listening);
    }

    /// <summary>Goes to another page of the console, and the circuit ends; by itself Blazor takes that for a failure where it comes too soon.</summary>
    public Task LeaveForAsync(string address) => LeaveAsync(async () => await (await _module.Value).InvokeVoidAsync("leaveFor", address));

    public async Task CopyAsync(string text) => await (await _module.Value).InvokeVoidAsync("copy", text);

    public async ValueTask DisposeAsync()
    {
        if (_module.IsValueCreated)
        {
            await LeaveAsync(async () => await (await _module.Value).DisposeAsync());
        }
    }

    /// <summary>The browser may be gone already.</summary>
    private static async Task LeaveAsync(Func<Task> leave)
    {
        try
        {
            await leave();
        }
        catch (Exception exception) when (exception is JSDisconnectedException or OperationCanceledException)
        {
            // Nothing is left of it.
        }
    }

    private sealed class Listening(IJSObjectReference listening) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await LeaveAsync(async () =>
        {
            await listening.InvokeVoidAsync("end");
            await listening.DisposeAsync();
        });
    }
}
