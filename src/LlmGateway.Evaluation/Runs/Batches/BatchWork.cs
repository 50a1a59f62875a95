using System.Text.Json;
using System.Threading.Channels;
using LlmGateway.Evaluation.Sampling;

namespace LlmGateway.Evaluation.Runs.Batches;

/// <summary>Grades a batch's outputs, some at a time, while what is finished is written, as much as there is at once.</summary>
internal sealed class BatchWork(PreparedRun run, ItemGrading grading, SamplingWatch watch, GradingSlots slots, BatchLedger ledger)
{
    private readonly Channel<OutputItem> _finished = Channel.CreateUnbounded<OutputItem>();

    /// <exception cref="RunFailedException">The run is to be given up.</exception>
    public async Task GradeAsync(IReadOnlyList<OutputItem> pending, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = GradeAllAsync(pending, stop.Token);
        try
        {
            while (await _finished.Reader.WaitToReadAsync(cancellationToken))
            {
                await ledger.WriteAsync(Drain(), cancellationToken);
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

    private async Task GradeAllAsync(IReadOnlyList<OutputItem> pending, CancellationToken cancellationToken)
    {
        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = run.Concurrency, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(pending, parallel, async (output, token) => await GradeOneAsync(output, token));
        }
        finally
        {
            _finished.Writer.Complete();
        }
    }

    private async Task GradeOneAsync(OutputItem output, CancellationToken cancellationToken)
    {
        var recorded = output.Recorded is { } sample ? JsonText.Parse(sample) : (JsonElement?)null;
        var item = new SourcedItem(output.Index, JsonText.Parse(output.Item), recorded) { Repetition = output.Repetition };
        var outcome = await slots.RunAsync(run.Slots, () => grading.GradeAsync(item, cancellationToken), cancellationToken);
        output.Finish(outcome, run.Plan);
        _finished.Writer.TryWrite(output);
        await watch.NoteAsync(outcome, cancellationToken);
    }

    private List<OutputItem> Drain()
    {
        var drained = new List<OutputItem>();
        while (_finished.Reader.TryRead(out var output))
        {
            drained.Add(output);
        }

        return drained;
    }
}
