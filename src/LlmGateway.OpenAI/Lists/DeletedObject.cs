namespace LlmGateway.OpenAI;

/// <summary>The answer to a deletion.</summary>
/// <param name="Id">What was deleted.</param>
/// <param name="Object">Its kind, such as <c>file</c> or <c>chat.completion.deleted</c>.</param>
/// <param name="Deleted">Whether it is gone.</param>
public sealed record DeletedObject(string Id, string Object, bool Deleted = true);
