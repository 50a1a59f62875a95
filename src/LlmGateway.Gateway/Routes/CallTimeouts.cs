namespace LlmGateway.Gateway.Routes;

/// <summary>The four timers in force for a deployment.</summary>
internal sealed record CallTimeouts(TimeSpan Connect, TimeSpan FirstByte, TimeSpan Idle, TimeSpan Total)
{
    private static readonly TimeSpan DefaultConnect = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DefaultTotal = TimeSpan.FromHours(1);

    /// <param name="silence">What the first byte and the silence between bytes may take where no place says.</param>
    /// <param name="places">The most specific one first.</param>
    public static CallTimeouts Of(TimeSpan silence, params ReadOnlySpan<TimeoutOptions?> places)
    {
        TimeSpan? connect = null, firstByte = null, idle = null, total = null;
        foreach (var place in places)
        {
            connect ??= place?.Connect;
            firstByte ??= place?.FirstByte;
            idle ??= place?.Idle;
            total ??= place?.Total;
        }

        return new CallTimeouts(connect ?? DefaultConnect, firstByte ?? silence, idle ?? silence, total ?? DefaultTotal);
    }
}
