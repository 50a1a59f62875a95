namespace LlmGateway.Gateway.Tests.Caching;

/// <summary>Gives a minute to what is to be done within a second: what is tested with it is not how fast the machine is.</summary>
internal sealed class PatientClock : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(
        callback, state, period == Timeout.InfiniteTimeSpan && dueTime > TimeSpan.Zero && dueTime <= Short ? TimeSpan.FromMinutes(1) : dueTime, period);
}
