using LlmGateway.Text.Tokens;

namespace LlmGateway.Text.Tests;

public sealed class TokenCounterTests
{
    [Theory]
    [InlineData("gpt-4", 6)]
    [InlineData("openai/gpt-4-turbo", 6)]
    [InlineData("gpt-3.5-turbo", 6)]
    [InlineData("gpt-4o", 6)]
    public void Counts_the_cookbooks_sentence(string model, int tokens) =>
        Assert.Equal(tokens, TokenCounter.ForModel(model).Count("tiktoken is great!"));

    [Fact]
    public void The_vocabulary_depends_on_the_model()
    {
        const string text = "お誕生日おめでとう";
        Assert.Equal(9, TokenCounter.ForModel("text-embedding-3-small").Count(text));
        Assert.Equal(8, TokenCounter.ForModel("gpt-4o-mini").Count(text));
        Assert.Same(TokenCounter.ForModel("gpt-5"), TokenCounter.ForModel("gpt-4.1"));
    }

    [Fact]
    public void A_long_text_counts_like_its_parts()
    {
        var counter = TokenCounter.ForModel("gpt-4o");
        var text = string.Concat(Enumerable.Repeat("seven plain words stand in this line\n", 10_000));
        Assert.InRange(counter.Count(text), 79_980, 80_020);
    }

    [Fact]
    public void Taking_and_splitting_lose_nothing()
    {
        var counter = TokenCounter.ForModel("gpt-4o");
        const string text = "A smile 😀 and naïve 漢字, then more.";
        Assert.Equal(text, string.Concat(counter.Split(text)));
        Assert.Equal(3, counter.Count(counter.Take(text, 3)));
        Assert.Equal(text, counter.Take(text, 1_000));
    }
}
