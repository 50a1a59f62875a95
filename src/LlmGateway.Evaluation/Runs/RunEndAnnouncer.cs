using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Messaging.Events;
using LlmGateway.Service;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs;

/// <summary>
/// Publishes OpenAI's event of a run's end, at least once and always with the same id. A run's row says whether that is still to
/// be done, so that the event outlives the worker that ended the run and a broker that is away.
/// </summary>
internal sealed partial class RunEndAnnouncer(
    IServiceScopeFactory scopes, IBus bus, IOptions<EvaluationOptions> options, TimeProvider time, ILogger<RunEndAnnouncer> logger) : BackgroundService
{
    private const int PageSize = 100;

    /// <summary>How long one message goes on trying to leave.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that a run may have ended.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var sweep = time.CreateTimer(_ => Wake(), null, TimeSpan.Zero, options.Value.Leases.Sweep);
        await foreach (var _ in _wakes.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await AnnounceAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogUnannounced(exception);
            }
        }
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<EvaluationDbContext>();
        var ended = await store.Runs.AsNoTracking()
            .Where(run => !run.IsAnnounced && !RunStatus.Open.Contains(run.Status))
            .OrderBy(run => run.Id).Take(PageSize).Select(run => new { run.Id, run.EvalId, run.ProjectId, run.Status, run.Retries }).ToListAsync(cancellationToken);
        foreach (var run in ended)
        {
            var data = new JsonObject { ["id"] = run.Id, ["eval_id"] = run.EvalId };
            var type = $"eval.run.{(run.Status == RunStatus.Completed ? "succeeded" : run.Status)}";
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            await bus.PublishEventAsync(new PublicEvent(EventId(run.Id, run.Retries), type, time.GetUtcNow().ToUnixTimeSeconds(), run.ProjectId, data), patience.Token);
            await store.Runs.Where(row => row.Id == run.Id && row.Retries == run.Retries)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.IsAnnounced, true), cancellationToken);
        }
    }

    /// <summary>A run that was retried ends again.</summary>
    private static string EventId(string runId, int retries) =>
        string.Create(CultureInfo.InvariantCulture, $"evt_{runId[IdPrefixes.Run.Length..]}{(retries == 0 ? "" : $"_{retries}")}");

    [LoggerMessage(1401, LogLevel.Warning, "The end of a run could not be published; the next sweep tries again")]
    private partial void LogUnannounced(Exception exception);
}
