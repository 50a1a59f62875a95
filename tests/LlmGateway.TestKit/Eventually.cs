namespace LlmGateway.TestKit;

/// <summary>Waits for something that another thread or process brings about, by polling with a deadline.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns when <paramref name="condition"/> holds.</summary>
    /// <param name="condition">Called every 5 ms.</param>
    /// <param name="what">What is awaited, for the message.</param>
    /// <param name="within">Default 60 seconds: a busy machine may stall for long, and a condition that holds is not waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The condition did not hold within the deadline.</exception>
    public static Task TrueAsync(
        Func<bool> condition, string what, TimeSpan? within = null, CancellationToken cancellationToken = default) =>
        TrueAsync(_ => Task.FromResult(condition()), what, within, cancellationToken);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?, CancellationToken)"/>
    public static async Task TrueAsync(
        Func<CancellationToken, Task<bool>> condition,
        string what,
        TimeSpan? within = null,
        CancellationToken cancellationToken = default)
    {
        var deadline = within ?? DefaultDeadline;
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition(cancellationToken))
        {
            if (TimeProvider.System.GetElapsedTime(start) > deadline)
            {
                throw new TimeoutException($"Waited {deadline.TotalSeconds:0.#} s in vain for: {what}");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Returns the first value that is not null.</summary>
    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?, CancellationToken)"/>
    public static async Task<T> GetAsync<T>(
        Func<CancellationToken, Task<T?>> read,
        string what,
        TimeSpan? within = null,
        CancellationToken cancellationToken = default)
        where T : class
    {
        T? found = null;
        await TrueAsync(async token => (found = await read(token)) is not null, what, within, cancellationToken);
        return found!;
    }
}
