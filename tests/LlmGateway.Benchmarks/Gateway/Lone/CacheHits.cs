using LlmGateway.Benchmarks.Gateway.Load;

namespace LlmGateway.Benchmarks.Gateway.Lone;

/// <summary>Hits of a lone caller, with everything on: in the gateway's own memory, and in the Redis that it shares with another.</summary>
internal static class CacheHits
{
    private const int Requests = 500;
    private const string Content = "hits";

    /// <summary>A gateway without Redis hears each question twice.</summary>
    /// <returns>Milliseconds of the second time, at the median.</returns>
    public static async Task<double> InMemoryAsync(LoneRow asked)
    {
        var numbers = Numbers();
        await FillAsync(asked, numbers);
        return await AskAsync(asked, numbers);
    }

    /// <summary>A gateway hears each question for the first time, which another one has heard before.</summary>
    /// <param name="filler">The gateway that is asked first, so that the shared cache knows the answers.</param>
    /// <param name="asked">The gateway that is measured.</param>
    /// <returns>Milliseconds at the median.</returns>
    public static async Task<double> InRedisAsync(LoneRow filler, LoneRow asked)
    {
        var numbers = Numbers();
        await FillAsync(filler, numbers);
        return await AskAsync(asked, numbers);
    }

    private static List<long> Numbers() => [.. Enumerable.Range(0, Requests).Select(_ => LoadNumbers.Next())];

    private static async Task FillAsync(LoneRow row, List<long> numbers)
    {
        await LoneCaller.RunAsync(row.Server.Port, LoadRequest.Numbered(row.Key, row.Model, Content), numbers);
        await row.Server.SettleAsync();
    }

    private static async Task<double> AskAsync(LoneRow row, List<long> numbers)
    {
        var times = await LoneCaller.RunAsync(row.Server.Port, LoadRequest.Numbered(row.Key, row.Model, Content), numbers);
        return times.Order().ElementAt(times.Count / 2);
    }
}
