using LlmGateway.Text.Tokens;

namespace LlmGateway.LocalModel;

/// <summary>A finished answer: text cut to what was asked for, or a tool call.</summary>
internal sealed record Answer(string Text, string FinishReason, ToolCall? Call = null)
{
    private static TokenCounter Counter => TokenCounter.ForModel("local/chat");

    public int Tokens => Counter.Count(Text) + (Call is null ? 0 : Counter.Count(Call.Name) + Counter.Count(Call.Arguments));

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
