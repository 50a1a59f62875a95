namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>
/// What one rendering of a prompt may cost. Work is counted, so that a template either always renders or never does; the clock is
/// there only for what the count has wrong.
/// </summary>
internal sealed class RenderingBudget
{
    /// <summary>Statements that run, in each message.</summary>
    public const int MaxSteps = 20_000;

    /// <summary>Characters of all messages together.</summary>
    public const int MaxOutput = 1024 * 1024;

    // Characters that are read, made or written on the way; a text of the largest size passes through a few filters.
    private const long MaxWork = 8 * 1024 * 1024;
    private const long MaxMilliseconds = 1_000;

    private readonly long _end = Environment.TickCount64 + MaxMilliseconds;
    private long _work;

    /// <param name="work">In characters, or what takes as long.</param>
    /// <exception cref="RenderingLimitException">Nothing is left.</exception>
    public void Spend(long work)
    {
        _work += work;
        if (_work > MaxWork)
        {
            throw new RenderingLimitException("it does too much work");
        }

        if (Environment.TickCount64 > _end)
        {
            throw new RenderingLimitException("it takes too long");
        }
    }
}

/// <summary>A rendering that goes beyond a limit; the message says which, as the end of a sentence.</summary>
internal sealed class RenderingLimitException(string message) : Exception(message);
