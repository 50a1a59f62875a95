namespace LlmGateway.TestKit;

/// <summary>
/// Measures what is promised within a time. On a machine that is busy with other things one of a few measurements must keep to it,
/// and in each it must come to its end.
/// </summary>
public static class Promptly
{
    /// <summary>How often it is measured at most.</summary>
    public const int Times = 5;

    /// <summary>Does something, which must be done within a time.</summary>
    public static void Do(TimeSpan limit, Action act) => DoAsync(
        limit,
        () =>
        {
            act();
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();

    /// <inheritdoc cref="Do"/>
    public static Task DoAsync(TimeSpan limit, Func<Task> act) => MeasureAsync(limit, async _ =>
    {
        var started = TimeProvider.System.GetTimestamp();
        await act();
        return TimeProvider.System.GetElapsedTime(started);
    });

    /// <summary>Brings something about, which must be so within a time.</summary>
    /// <param name="limit">The time from the end of <paramref name="cause"/>.</param>
    /// <param name="cause">Gets the number of the measurement, from 0.</param>
    /// <param name="effect">Likewise; called every few milliseconds.</param>
    /// <param name="what">What is awaited, for the message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task TrueAsync(TimeSpan limit, Func<int, Task> cause, Func<int, Task<bool>> effect, string what, CancellationToken cancellationToken = default) =>
        MeasureAsync(limit, async number =>
        {
            await cause(number);
            var caused = TimeProvider.System.GetTimestamp();
            await Eventually.TrueAsync(_ => effect(number), what, cancellationToken: cancellationToken);
            return TimeProvider.System.GetElapsedTime(caused);
        });

    /// <summary>Measures until a time is kept.</summary>
    /// <param name="limit">The time.</param>
    /// <param name="measure">Gets the number of the measurement, from 0.</param>
    /// <returns>The shortest time.</returns>
    public static async Task<TimeSpan> MeasureAsync(TimeSpan limit, Func<int, Task<TimeSpan>> measure)
    {
        var shortest = TimeSpan.MaxValue;
        for (var number = 0; number < Times && shortest > limit; number++)
        {
            var measured = await measure(number);
            shortest = measured < shortest ? measured : shortest;
        }

        Assert.True(shortest <= limit, $"{shortest.TotalMilliseconds:0} ms at best, and not {limit.TotalMilliseconds:0} ms");
        return shortest;
    }
}
