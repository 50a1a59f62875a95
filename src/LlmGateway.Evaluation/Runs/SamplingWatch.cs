namespace LlmGateway.Evaluation.Runs;

/// <summary>Gives a run up when its first samples all failed: the model cannot be reached, or does not exist. Safe for many threads.</summary>
/// <param name="failAfter">How many samples have to fail in a row from the start.</param>
/// <param name="anySampled">Whether an earlier worker had a sample.</param>
internal sealed class SamplingWatch(int failAfter, bool anySampled)
{
    private readonly Lock _lock = new();
    private bool _anySampled = anySampled;
    private int _failed;

    /// <summary>Counts an outcome as it comes, not as it is written: the writer may be far behind.</summary>
    /// <exception cref="RunFailedException">Every sample so far failed, and there were enough of them.</exception>
    public void Note(ItemOutcome outcome)
    {
        lock (_lock)
        {
            _anySampled |= outcome.Fault is null;
            if (!_anySampled && ++_failed >= failAfter)
            {
                throw new RunFailedException("sampling_failed", $"The first {_failed} samples all failed, the last with {outcome.Fault?.Code}: {outcome.Fault?.Message}");
            }
        }
    }
}
