using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Pricing;

namespace LlmGateway.Gateway.Tests.Caching;

public sealed class CachedAnswerCodecTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123);

    private static readonly CachedAnswer Full = new(
        """{"id":"chatcmpl-ä"}"""u8.ToArray(), "openai", "gpt-4o", "chatcmpl-ä", "stop", new TokenCounts(1, 2, 3, 4), true, Now, Now.AddDays(1));

    [Fact]
    public void Everything_about_an_answer_comes_back() => AssertSame(Full);

    [Fact]
    public void What_is_unknown_stays_unknown() => AssertSame(Full with { BodyId = null, FinishReason = null, Usage = default, UsageEstimated = false, Json = [] });

    [Fact]
    public void An_answer_that_is_cut_off_anywhere_is_none()
    {
        var whole = CachedAnswerCodec.Write(Full);
        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Null(CachedAnswerCodec.Read(whole[..length])));
        Assert.Null(CachedAnswerCodec.Read([.. whole, 0]));
    }

    [Fact]
    public void Another_layout_or_any_other_bytes_are_no_answer()
    {
        var other = CachedAnswerCodec.Write(Full);
        other[0]++;
        Assert.Null(CachedAnswerCodec.Read(other));
        Assert.Null(CachedAnswerCodec.Read([1, .. Enumerable.Repeat((byte)0xff, 100)]));
        Assert.Null(CachedAnswerCodec.Read("{}"u8.ToArray()));
    }

    private static void AssertSame(CachedAnswer answer)
    {
        var read = CachedAnswerCodec.Read(CachedAnswerCodec.Write(answer))!;
        Assert.Equal(answer.Json, read.Json);
        Assert.Equal(answer with { Json = [] }, read with { Json = [] }, SameFacts);
    }

    /// <summary>Records compare arrays by reference, and both sides have an empty one of their own here.</summary>
    private static bool SameFacts(CachedAnswer left, CachedAnswer right) => left with { Json = right.Json } == right;
}
