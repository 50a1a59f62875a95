namespace LlmGateway.Retrieval.Extraction;

/// <summary>A file that has no text for us.</summary>
/// <param name="code">OpenAI's <c>unsupported_file</c> or <c>invalid_file</c>.</param>
/// <param name="message">What is wrong, and what to do.</param>
internal sealed class UnreadableFileException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;

    /// <summary>It is of a kind that is not read.</summary>
    public static UnreadableFileException Unsupported(string message) => new("unsupported_file", message);

    /// <summary>It is of a kind that is read, but damaged, empty, too large or not what it says.</summary>
    public static UnreadableFileException Invalid(string message) => new("invalid_file", message);
}
