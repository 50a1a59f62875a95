using LlmGateway.Service;

namespace LlmGateway.Gateway.Requests;

/// <summary>One of the model operations of OpenAI's API, or of Anthropic's.</summary>
/// <param name="Name">As it stands in the log.</param>
/// <param name="Path">Behind <c>/v1/</c>.</param>
/// <param name="RequiredMember">The member without which a request cannot be meant; null when there is none.</param>
/// <param name="FormatMember">The member that says what form the answer must have; null when there is none.</param>
/// <param name="UsageOnRequest">Whether a stream tells its usage only when <c>stream_options</c> asks for it.</param>
/// <param name="GenAIName">OpenTelemetry's <c>gen_ai.operation.name</c>.</param>
internal sealed record Operation(string Name, string Path, string? RequiredMember, string? FormatMember, bool UsageOnRequest, string GenAIName)
{
    public static readonly Operation ChatCompletions = new("chat.completions", "chat/completions", "messages", "response_format", true, "chat");
    public static readonly Operation Completions = new("completions", "completions", "prompt", null, true, "text_completion");
    public static readonly Operation Responses = new("responses", "responses", null, "text", false, "chat");
    public static readonly Operation Embeddings = new("embeddings", "embeddings", "input", null, false, "embeddings");

    /// <summary>Anthropic's.</summary>
    public static readonly Operation Messages = new("messages", "messages", "messages", null, false, "chat");

    public static readonly IReadOnlyList<Operation> All = [ChatCompletions, Completions, Responses, Embeddings, Messages];

    public bool CanStream => this != Embeddings;

    /// <summary>Whose API it is, as far as errors go.</summary>
    public ErrorForm ErrorForm => this == Messages ? ErrorForm.Anthropic : ErrorForm.OpenAI;

    /// <summary>The operation of a path such as <c>chat/completions</c>; null when there is none.</summary>
    public static Operation? At(string path) => All.FirstOrDefault(operation => operation.Path == path);

    /// <summary>Whether it can be made from a managed prompt.</summary>
    public bool TakesPrompt => this == ChatCompletions || this == Responses;
}
