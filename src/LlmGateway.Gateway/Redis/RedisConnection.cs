using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace LlmGateway.Gateway.Redis;

/// <summary>
/// The process's connection to Redis. A command never throws and never takes longer than its budget, whether Redis is
/// absent, frozen or back again; after a few failures none is sent until a probe, once a second, was answered.
/// </summary>
internal sealed class RedisConnection(ConfigurationOptions options, RedisBreaker breaker, TimeProvider time) : BackgroundService
{
    /// <summary>What a request may spend on Redis: 50 ms.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan ProbePeriod = TimeSpan.FromSeconds(1);
    private ConnectionMultiplexer? _connection;
    private bool _answered;

    /// <summary>Redis is or was away, for this gateway or for all: what it holds may be older than what others counted.</summary>
    public event Action? Interrupted;

    public async ValueTask<RedisReply> RunAsync(Func<IDatabase, Task<RedisValue>> command, TimeSpan budget)
    {
        if (breaker.IsOpen)
        {
            return new RedisReply(RedisOutcome.Skipped);
        }

        try
        {
            var value = await command(_connection!.GetDatabase()).WaitAsync(budget, time);
            breaker.Succeed();
            return new RedisReply(RedisOutcome.Done, value);
        }
        catch (TimeoutException)
        {
            breaker.Fail(NoAnswer(budget));
            return new RedisReply(RedisOutcome.Timeout);
        }
        catch (Exception exception) when (exception is RedisConnectionException or ObjectDisposedException or OperationCanceledException)
        {
            breaker.Fail(Broken(exception));
            return new RedisReply(RedisOutcome.Error);
        }
        catch (RedisException)
        {
            // Redis is there and said no, for instance because its memory is full. That costs no time.
            return new RedisReply(RedisOutcome.Error);
        }
    }

    public override void Dispose()
    {
        _connection?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ProbePeriod, time);
        do
        {
            if (breaker.IsOpen)
            {
                await ProbeAsync(stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            _connection ??= await ConnectAsync(cancellationToken);
            await _connection.GetDatabase().PingAsync().WaitAsync(Budget, time, cancellationToken);
            if (_answered)
            {
                Interrupted?.Invoke();
            }

            _answered = true;
            breaker.Close();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, a gateway works without Redis.
            breaker.Open(exception is TimeoutException ? NoAnswer(Budget) : Broken(exception));
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken);
        connection.ConnectionFailed += (_, _) => Interrupted?.Invoke();
        connection.ConnectionRestored += (_, _) => Interrupted?.Invoke();
        return connection;
    }

    private static string NoAnswer(TimeSpan budget) => $"no answer within {budget.TotalMilliseconds} ms";

    private static string Broken(Exception exception) =>
        exception is RedisConnectionException connection ? connection.FailureType.ToString() : exception.GetType().Name;
}
