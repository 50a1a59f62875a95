using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs;

/// <summary>
/// Carries a run from where it stands to its end: items are loaded once, then each is sampled and graded, and what is finished is
/// written as it comes. A worker that takes over begins with the items that are still pending.
/// </summary>
internal sealed class RunExecutor(
    EvaluationDbContext store,
    IServiceScopeFactory scopes,
    EvalDefinitions definitions,
    RunLoader loader,
    SamplerFactory samplers,
    RunAnnouncer announcer,
    IOptions<EvaluationOptions> options,
    ILogger<RunExecutor> logger)
{
    private const int PageSize = 200;

    public async Task ExecuteAsync(Run run, Lease lease, CancellationToken cancellationToken)
    {
        var ledger = new RunLedger(store, lease, RunJson.ReadTotals(run.Totals));
        try
        {
            if (run.Attempt > options.Value.MaxAttempts)
            {
                throw new RunFailedException("worker_lost", $"Its worker ended {run.Attempt - 1} times without finishing it.");
            }

            await RunAsync(run, lease, ledger, cancellationToken);
        }
        catch (SourceException exception)
        {
            await ledger.FailAsync("invalid_data_source", exception.Message, cancellationToken);
        }
        catch (RunFailedException exception)
        {
            await ledger.FailAsync(exception.Code, exception.Message, cancellationToken);
        }

        if (ledger.EndedAs is { } status)
        {
            await announcer.AnnounceEndAsync(run, status);
        }
    }

    private async Task RunAsync(Run run, Lease lease, RunLedger ledger, CancellationToken cancellationToken)
    {
        var definition = await definitions.ReadAsync(await store.Evals.AsNoTracking().SingleAsync(eval => eval.Id == run.EvalId, cancellationToken), cancellationToken);
        var plan = RunPlan.Read(JsonFields.Of(JsonText.Parse(run.DataSource), "data_source"), definition.Config, options.Value.MaxItems);
        await ledger.BeginAsync(cancellationToken);
        if (!run.IsLoaded)
        {
            await loader.LoadAsync(run, plan, definition, lease, cancellationToken);
            ledger.Totals = RunJson.ReadTotals(run.Totals);
        }

        var grading = new ItemGrading(
            await samplers.CreateAsync(run, plan, cancellationToken), definition.Graders, run.Caller(Scopes.Inference), logger);
        await GradeAllAsync(run.Id, plan, grading, ledger, cancellationToken);
        await ledger.CompleteAsync(cancellationToken);
    }

    /// <summary>Grades the pending items, some at a time, while what is finished is written, as much as there is at once.</summary>
    private async Task GradeAllAsync(string runId, RunPlan plan, ItemGrading grading, RunLedger ledger, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var finished = Channel.CreateBounded<(OutputItem, ItemOutcome)>(PageSize);
        var watch = new SamplingWatch(options.Value.FailAfter, ledger.Totals.Sampled > 0);
        var work = GradePendingAsync(runId, grading, watch, finished.Writer, stop.Token);
        try
        {
            while (await finished.Reader.WaitToReadAsync(stop.Token))
            {
                var batch = new List<(OutputItem, ItemOutcome)>();
                while (batch.Count < PageSize && finished.Reader.TryRead(out var item))
                {
                    batch.Add(item);
                }

                await ledger.WriteAsync(batch, plan, stop.Token);
            }
        }
        finally
        {
            // Whatever ended this ends the work too, and no call goes on in the background.
            await stop.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await work;
    }

    private async Task GradePendingAsync(
        string runId, ItemGrading grading, SamplingWatch watch, ChannelWriter<(OutputItem, ItemOutcome)> finished, CancellationToken cancellationToken)
    {
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Concurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(PendingAsync(runId, cancellationToken), parallel, async (row, token) =>
            {
                var recorded = row.Sample is { } sample ? JsonText.Parse(sample) : (System.Text.Json.JsonElement?)null;
                var outcome = await grading.GradeAsync(new SourcedItem(row.Index, JsonText.Parse(row.Item), recorded) { Repetition = row.Repetition }, token);
                await finished.WriteAsync((row, outcome), token);
                watch.Note(outcome);
            });
            finished.Complete();
        }
        catch (Exception exception)
        {
            finished.Complete(exception);
            throw;
        }
    }

    /// <summary>The pending items in their order, a page at a time, from a store of their own: the other one is writing.</summary>
    private async IAsyncEnumerable<OutputItem> PendingAsync(string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var items = scope.ServiceProvider.GetRequiredService<EvaluationDbContext>().OutputItems.AsNoTracking()
            .Where(item => item.RunId == runId && item.Status == ItemStatus.Pending);
        for (var (index, repetition) = (-1, 0); ;)
        {
            var (afterIndex, afterRepetition) = (index, repetition);
            var page = await items
                .Where(item => item.Index > afterIndex || (item.Index == afterIndex && item.Repetition > afterRepetition))
                .OrderBy(item => item.Index).ThenBy(item => item.Repetition).Take(PageSize).ToListAsync(cancellationToken);
            foreach (var item in page)
            {
                yield return item;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            (index, repetition) = (page[^1].Index, page[^1].Repetition);
        }
    }
}

/// <summary>A run cannot go on, and why.</summary>
internal sealed class RunFailedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
