namespace LlmGateway.Evaluation.Models;

/// <summary>One of OpenAI's two APIs by which a model is asked.</summary>
/// <param name="Operation">As the log calls it.</param>
/// <param name="Path">Where requests go.</param>
/// <param name="Messages">The member that has the messages.</param>
/// <param name="Format">The sampling parameter that asks for a form of the answer.</param>
internal sealed record ModelApi(string Operation, string Path, string Messages, string Format)
{
    public static readonly ModelApi ChatCompletions = new("chat.completions", "/v1/chat/completions", "messages", "response_format");
    public static readonly ModelApi Responses = new("responses", "/v1/responses", "input", "text");
}
