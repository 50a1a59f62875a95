using System.Buffers;
using System.Globalization;
using System.Text;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Benchmarks.Ingestion;

/// <summary>Calls as a gateway logs them. Bodies are JSON of pseudo-random words, which shrink about as chats do.</summary>
/// <param name="bodyBytes">Size of request and response together.</param>
internal sealed class SampleCalls(int bodyBytes)
{
    private const int Variants = 64;
    // Providers' ids come in no order; multiplied by an odd number neither do these, and none comes twice.
    private static readonly UInt128 Spread = new(0x9E37_79B9_7F4A_7C15, 0xF39C_C060_5CED_C835);

    // Such as a gateway makes now: they lie in the log's present partition.
    private static readonly long Start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
    private static readonly string[] Models = ["gpt-4o-mini", "gpt-4o", "text-embedding-3-small", "local-llama"];

    private readonly ReadOnlySequence<byte>[] _bodies = [.. Enumerable.Range(0, Variants).Select(seed => Body(seed, bodyBytes / 2))];

    public ReadOnlySequence<byte> Request(int number) => _bodies[number % Variants];

    public ReadOnlySequence<byte> Response(int number) => _bodies[((number * 7) + 1) % Variants];

    /// <summary>One in a hundred calls carries the metadata that the listing asks for.</summary>
    public static InferenceRecord Record(int number)
    {
        var createdAt = Start + (number * 100L);
        var model = Models[number % Models.Length];
        return new InferenceRecord
        {
            Id = Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(createdAt / 1000)),
            ProjectId = "proj_default",
            KeyId = "key_0123456789abcdef",
            Operation = "chat.completions",
            BodyId = string.Create(CultureInfo.InvariantCulture, $"chatcmpl-{(UInt128)(uint)number * Spread:x32}"),
            RequestedModel = model,
            Model = $"openai/{model}",
            Provider = "openai",
            CreatedAtMicros = createdAt,
            DurationMicros = 812_345,
            TimeToFirstTokenMicros = 231_000,
            Status = 200,
            Outcome = InferenceOutcome.Completed,
            Cache = CacheResult.Miss,
            FinishReason = "stop",
            InputTokens = 120,
            OutputTokens = 118,
            CachedInputTokens = 0,
            CostNanoUsd = 88_800,
            Metadata = number % 100 == 0 ? new Dictionary<string, string> { ["team"] = "search", ["tier"] = "gold" } : null,
            TraceId = "0af7651916cd43dd8448eb211c80319c",
            RequestBytes = 1024,
            ResponseBytes = 1024,
            BodiesKept = true,
            Attempts = [new InferenceAttempt("openai", model, 200, 800_000, null)],
        };
    }

    private static ReadOnlySequence<byte> Body(int seed, int bytes)
    {
        var random = new Random(seed);
        var text = new StringBuilder("""{"model":"gpt-4o-mini","messages":[{"role":"user","content":" """);
        while (text.Length < bytes - 4)
        {
            // Zipf-like: short words are frequent ones.
            var word = (int)(Math.Exp(random.NextDouble() * 8) * 31);
            text.Append(CultureInfo.InvariantCulture, $"{(char)('a' + (word % 23))}{word:x}e ");
        }

        text.Length = bytes - 4;
        return new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text.Append("\"}]}").ToString()));
    }
}
