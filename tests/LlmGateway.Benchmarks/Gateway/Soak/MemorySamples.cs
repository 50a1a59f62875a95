using System.Globalization;
using LlmGateway.Benchmarks.Gateway.Servers;

namespace LlmGateway.Benchmarks.Gateway.Soak;

/// <summary>A server's resident memory, every ten seconds.</summary>
internal sealed class MemorySamples(ServerProcess server)
{
    private const double Mega = 1 << 20;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Megabytes, one after the other.</summary>
    public List<double> Values { get; } = [];

    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                Values.Add(server.Memory() / Mega);
            }
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }
    }

    public string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"resident memory {Values[0]:0} MB at first, {Values[^1]:0} MB at the end, at most {server.PeakMemory() / Mega:0} MB; growth over the second half {Growth():0.00} MB/min");

    /// <summary>The slope of the least squares' line through the second half, in MB per minute: the first fills caches and buffers.</summary>
    public double Growth()
    {
        var half = Values[(Values.Count / 2)..];
        var (middle, mean) = ((half.Count - 1) / 2.0, half.Average());
        var (up, down) = (0.0, 0.0);
        for (var index = 0; index < half.Count; index++)
        {
            up += (index - middle) * (half[index] - mean);
            down += (index - middle) * (index - middle);
        }

        return up / down * (TimeSpan.FromMinutes(1) / Every);
    }
}
