using System.Collections.Concurrent;
using System.Diagnostics;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests;

/// <summary>Callers that ask on and on, while what they ask is switched from one version to the next.</summary>
internal static class SwitchLoad
{
    private static readonly TimeSpan WithinASecond = TimeSpan.FromSeconds(1);

    /// <summary>Switches, and fails unless no call that begins a second later gets an older version.</summary>
    /// <param name="askers">Each asks again and again, and gives the version that answered.</param>
    /// <param name="first">The version that is switched to first; the next ones have the next numbers.</param>
    /// <param name="switchTo">Returns when the switch is answered.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many calls were answered.</returns>
    public static async Task<int> AssertSwitchedAsync(
        IReadOnlyList<Func<Task<int>>> askers, int first, Func<int, Task> switchTo, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentBag<(long Asked, int Version)>();
        var latest = new long[askers.Count];
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, askers.Count).Select(AskOnAsync));
        await Eventually.TrueAsync(() => answers.Count > askers.Count, "the load to run", cancellationToken: cancellationToken);
        var late = await Promptly.MeasureAsync(WithinASecond, async number =>
        {
            var version = first + number;
            await switchTo(version);
            var switched = Stopwatch.GetTimestamp();
            await Eventually.TrueAsync(
                () => Enumerable.Range(0, askers.Count).All(asker => Stopwatch.GetElapsedTime(switched, Volatile.Read(ref latest[asker])) > WithinASecond),
                "a second to go by for each", cancellationToken: cancellationToken);
            return Stopwatch.GetElapsedTime(switched, answers.Where(answer => answer.Version < version).Max(answer => answer.Asked));
        });
        await enough.CancelAsync();
        await load;
        TestContext.Current.SendDiagnosticMessage($"The last request for the old version began {late.TotalMilliseconds:0.0} ms after the switch was answered");
        return answers.Count;

        async Task AskOnAsync(int asker)
        {
            while (!enough.IsCancellationRequested)
            {
                var asked = Stopwatch.GetTimestamp();
                answers.Add((asked, await askers[asker]()));
                Volatile.Write(ref latest[asker], asked);
            }
        }
    }
}
