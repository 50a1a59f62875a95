using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Tests.Spooling;

internal static class Sample
{
    public static InferenceRecord Record(string project = "proj_default") => new()
    {
        Id = Guid.CreateVersion7(),
        ProjectId = project,
        Operation = "chat.completions",
        RequestedModel = "gpt-4o-mini",
        Model = "openai/gpt-4o-mini",
        Provider = "openai",
        CreatedAtMicros = 1_760_000_000_000_000,
        DurationMicros = 812_345,
        Status = 200,
        Outcome = InferenceOutcome.Completed,
        Cache = CacheResult.Miss,
        InputTokens = 12,
        BodiesKept = true,
        Metadata = new Dictionary<string, string> { ["team"] = "größe" },
        Attempts = [new InferenceAttempt("openai", "gpt-4o-mini", 200, 800_000, null)],
    };

    public static byte[] Bytes(int length, byte seed = 7)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)((i * 31) + seed);
        }

        return bytes;
    }
}
