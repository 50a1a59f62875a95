using System.Threading.Channels;
using LlmGateway.Gateway.Projects;
using LlmGateway.Gateway.Redis;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace LlmGateway.Gateway.Caching;

/// <summary>
/// Answers that gateways share through Redis. A look-up costs a request <see cref="RedisConnection.Budget"/> at most; writing
/// is none of its business. Projects that keep no bodies neither write nor read here.
/// </summary>
internal sealed class SharedAnswers(
    RedisConnection redis, ProjectDirectory projects, GatewaySettings settings, CacheMetrics metrics, TimeProvider time) : BackgroundService
{
    /// <summary>Bytes of answers that may wait for being written.</summary>
    private const long MaxWaitingBytes = 16 << 20;

    private const string Prefix = "llmgateway:answers:";
    private static readonly TimeSpan WriteBudget = TimeSpan.FromSeconds(1);
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new UnboundedChannelOptions { SingleReader = true });
    private long _waitingBytes;

    public async ValueTask<CachedAnswer?> FindAsync(CacheKey key, string projectId, CancellationToken cancellationToken)
    {
        if (!await projects.LogsBodiesAsync(projectId, cancellationToken))
        {
            return null;
        }

        var reply = await redis.RunAsync(database => database.StringGetAsync(Name(key)), RedisConnection.Budget);
        var answer = reply.Value.IsNull ? null : CachedAnswerCodec.Read((byte[])reply.Value!);
        if (answer?.ExpiresAt <= time.GetUtcNow())
        {
            answer = null;
        }

        metrics.CountRedisRead(reply.Outcome, answer is not null);
        return answer;
    }

    /// <summary>Takes an answer for writing; its call must have been one whose bodies are kept.</summary>
    public void Offer(CacheKey key, CachedAnswer answer)
    {
        if (answer.Json.Length > settings.Current.Cache.MaxSharedBytes)
        {
            metrics.CountTooLargeWrite();
        }
        else if (Interlocked.Add(ref _waitingBytes, answer.Json.Length) > MaxWaitingBytes)
        {
            Interlocked.Add(ref _waitingBytes, -answer.Json.Length);
            metrics.CountDroppedWrite();
        }
        else
        {
            _waiting.Writer.TryWrite(new Waiting(key, answer));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (key, answer) in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            var remaining = answer.ExpiresAt - time.GetUtcNow();
            if (remaining > TimeSpan.Zero)
            {
                var reply = await redis.RunAsync(
                    async database => await database.StringSetAsync(Name(key), CachedAnswerCodec.Write(answer), new Expiration(remaining)), WriteBudget);
                metrics.CountWrite(reply.Outcome);
            }

            Interlocked.Add(ref _waitingBytes, -answer.Json.Length);
        }
    }

    private static RedisKey Name(CacheKey key) => $"{Prefix}{key.High:x32}{key.Low:x32}";

    private readonly record struct Waiting(CacheKey Key, CachedAnswer Answer);
}
