using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Redis;

/// <summary>
/// Keeps requests away from a Redis that does not answer. It begins open, opens again after
/// <see cref="FailuresToOpen"/> failures in a row, and only a probe outside of any request closes it.
/// </summary>
internal sealed partial class RedisBreaker
{
    private const int FailuresToOpen = 5;

    private readonly Lock _gate = new();
    private readonly ILogger<RedisBreaker> _logger;
    private volatile bool _open = true;
    private bool _reported;
    private int _failures;

    public RedisBreaker(IMeterFactory meters, ILogger<RedisBreaker> logger)
    {
        _logger = logger;
        meters.Create(Telemetry.Name).CreateObservableGauge(
            "llmgateway.redis.breaker", () => IsOpen ? 1 : 0, "{state}", "1 while requests do without Redis, else 0.");
    }

    public bool IsOpen => _open;

    public void Succeed()
    {
        if (Volatile.Read(ref _failures) != 0)
        {
            Volatile.Write(ref _failures, 0);
        }
    }

    public void Fail(string reason)
    {
        if (Interlocked.Increment(ref _failures) >= FailuresToOpen)
        {
            Open(reason);
        }
    }

    public void Open(string reason)
    {
        lock (_gate)
        {
            if (_open && _reported)
            {
                return;
            }

            _open = _reported = true;
            LogAway(RedisAddress.Key, reason);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _failures = 0;
            _open = false;
            _reported = true;
            LogThere();
        }
    }

    [LoggerMessage(1301, LogLevel.Warning, "Redis ({Key}) is away: {Reason}. Each gateway does with its own memory until it is back")]
    private partial void LogAway(string key, string reason);

    [LoggerMessage(1302, LogLevel.Information, "Redis answers")]
    private partial void LogThere();
}
