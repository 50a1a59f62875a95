namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>Numbers that no two requests of a benchmark share.</summary>
internal static class LoadNumbers
{
    private static long _last;

    public static long Next() => Interlocked.Increment(ref _last);
}
