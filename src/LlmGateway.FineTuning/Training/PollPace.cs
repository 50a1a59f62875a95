namespace LlmGateway.FineTuning.Training;

/// <summary>Pauses that grow by half each time, a fifth more or less by chance, so that many jobs do not ask at once.</summary>
internal sealed class PollPace(TimeSpan first, TimeSpan longest)
{
    private const double Growth = 1.5;
    private const double Jitter = 0.2;
    private TimeSpan _next = first;

    /// <param name="atLeast">What the other side asked for, which is kept and prolonged by chance; null for nothing.</param>
    public TimeSpan Next(TimeSpan? atLeast = null)
    {
        // Nothing depends on its being hard to guess.
#pragma warning disable CA5394
        var chance = Random.Shared.NextDouble();
#pragma warning restore CA5394
        var pause = _next * (1 + (Jitter * ((chance * 2) - 1)));
        _next = _next * Growth < longest ? _next * Growth : longest;
        return atLeast > pause ? atLeast.Value * (1 + (Jitter * chance)) : pause;
    }
}
