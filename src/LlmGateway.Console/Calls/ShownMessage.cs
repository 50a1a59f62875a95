namespace LlmGateway.Console.Calls;

/// <summary>A message of a request or an answer, whatever dialect it was written in.</summary>
/// <param name="Role">Who speaks, as the body has it.</param>
/// <param name="Title">What else is to be said beside the role, such as the answer's number; null for nothing.</param>
/// <param name="Parts">What is said, in its order.</param>
public sealed record ShownMessage(string Role, string? Title, IReadOnlyList<ShownPart> Parts);

/// <summary>A part of a message.</summary>
/// <param name="Title">What it is, such as <c>calls get_weather</c>; null for plain text.</param>
/// <param name="Value">Text, or JSON; null for nothing.</param>
public sealed record ShownPart(string? Title, object? Value)
{
    /// <summary>An image as a data URL of a kind that can run nothing; null for none.</summary>
    public string? Image { get; init; }
}
