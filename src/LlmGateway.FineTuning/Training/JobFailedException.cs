namespace LlmGateway.FineTuning.Training;

/// <summary>The job cannot succeed.</summary>
/// <param name="code">For programs.</param>
/// <param name="message">For people: what is wrong and what to do.</param>
/// <param name="param">The request's field at fault; null if none is.</param>
internal sealed class JobFailedException(string code, string message, string? param = null) : Exception(message)
{
    public string Code => code;

    public string? Param => param;
}
