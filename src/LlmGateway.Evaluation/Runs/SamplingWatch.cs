namespace LlmGateway.Evaluation.Runs;

/// <summary>
/// Gives a run up when its first samples all failed: the model cannot be reached, or does not exist. One watches each batch; a
/// sample that any other batch had is found before the run is given up. Safe for many threads.
/// </summary>
/// <param name="history">What other batches have written.</param>
/// <param name="runId">The run.</param>
/// <param name="failAfter">How many samples have to fail in a row from the start.</param>
/// <param name="failedBefore">How many have, in other batches.</param>
internal sealed class SamplingWatch(SamplingHistory history, string runId, int failAfter, int failedBefore)
{
    private readonly Lock _lock = new();
    private bool _anySampled;
    private int _failed = failedBefore;

    /// <summary>Counts an outcome as it comes, not as it is written: the writer may be far behind.</summary>
    /// <exception cref="RunFailedException">Every sample so far failed, and there were enough of them.</exception>
    public async Task NoteAsync(ItemOutcome outcome, CancellationToken cancellationToken)
    {
        if (Count(outcome) is not { } failed)
        {
            return;
        }

        if (await history.AnySampledAsync(runId, cancellationToken))
        {
            lock (_lock)
            {
                _anySampled = true;
            }

            return;
        }

        throw new RunFailedException("sampling_failed", $"The first {failed} samples all failed, the last with {outcome.Fault?.Code}: {outcome.Fault?.Message}");
    }

    /// <summary>How many failed, once there are enough.</summary>
    private int? Count(ItemOutcome outcome)
    {
        lock (_lock)
        {
            _anySampled |= outcome.Fault is null;
            return !_anySampled && ++_failed >= failAfter ? _failed : null;
        }
    }
}
