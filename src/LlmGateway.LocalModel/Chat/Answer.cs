using LlmGateway.Text.Tokens;

namespace LlmGateway.LocalModel;

/// <summary>A finished answer: text cut to what was asked for, or calls of tools.</summary>
internal sealed record Answer(string Text, string FinishReason)
{
    private static TokenCounter Counter => TokenCounter.ForModel("local/chat");

    public IReadOnlyList<ToolCall> Calls { get; init; } = [];

    public int Tokens => Counter.Count(Text) + Calls.Sum(call => Counter.Count(call.Name) + Counter.Count(call.Arguments));

    public static Answer Of(string text, Sampling sampling)
    {
        var stop = sampling.Stop.Select(end => text.IndexOf(end, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(text.Length).Min();
        text = text[..stop];
        if (sampling.MaxTokens is not { } most || Counter.Count(text) <= most)
        {
            return new Answer(text, "stop");
        }

        return new Answer(Counter.Take(text, most), "length");
    }

    /// <summary>The text in pieces of a token each, as it is streamed.</summary>
    public IReadOnlyList<string> Pieces() => Counter.Split(Text);
}
