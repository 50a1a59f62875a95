namespace LlmGateway.Gateway.Retrieval.Citations;

/// <summary>A place in an answer that rests on a passage.</summary>
/// <param name="Passage">What it rests on.</param>
/// <param name="Index">Behind the statement, in UTF-16 characters of the text that the caller gets.</param>
internal readonly record struct Citation(Passage Passage, int Index);
