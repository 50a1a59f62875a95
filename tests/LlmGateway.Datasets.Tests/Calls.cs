using System.Text;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Tests;

/// <summary>Makes logged calls. Ids made one after another sort in that order even within a millisecond.</summary>
internal sealed class Calls(string project)
{
    /// <summary>2026-01-02 03:04:05 UTC in Unix microseconds.</summary>
    public const long Start = 1_767_323_045_000_000;

    private static readonly Lock Gate = new();
    private static long _next;

    public static Guid NextId()
    {
        lock (Gate)
        {
            return Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds((Start / 1000) + _next++));
        }
    }

    /// <summary>A finished chat completion whose answer has the id <paramref name="bodyId"/>.</summary>
    public InferenceFrame Chat(
        string bodyId,
        Func<InferenceRecord, InferenceRecord>? with = null,
        string request = """{"model":"fast","messages":[{"role":"user","content":"hello"}],"temperature":0.5,"user":"ada"}""",
        string? response = null)
    {
        var record = new InferenceRecord
        {
            Id = NextId(),
            ProjectId = project,
            KeyId = "key_1",
            Operation = "chat.completions",
            BodyId = bodyId,
            RequestedModel = "fast",
            Model = "openai/gpt-4o",
            Provider = "openai",
            CreatedAtMicros = Start,
            DurationMicros = 1500,
            Status = 200,
            Outcome = InferenceOutcome.Completed,
            Cache = CacheResult.Miss,
            FinishReason = "stop",
            InputTokens = 10,
            OutputTokens = 5,
            CostNanoUsd = 1_250,
            BodiesKept = true,
            Attempts = [new InferenceAttempt("openai", "gpt-4o", 200, 1400, null)],
        };
        response ??= $$$"""{"id":"{{{bodyId}}}","object":"chat.completion","created":1767323045,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"grüß dich"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""";
        return new InferenceFrame(with?.Invoke(record) ?? record, Encoding.UTF8.GetBytes(request), Encoding.UTF8.GetBytes(response));
    }
}
