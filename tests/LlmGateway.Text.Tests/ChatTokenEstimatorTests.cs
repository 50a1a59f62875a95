using System.Text;
using LlmGateway.Text.Tokens;

namespace LlmGateway.Text.Tests;

public sealed class ChatTokenEstimatorTests
{
    // The messages and the counts that OpenAI's API reported for them are the cookbook's own example.
    private const string CookbookMessages = """
        [{"role":"system","content":"You are a helpful, pattern-following assistant that translates corporate jargon into plain English."},
        {"role":"system","name":"example_user","content":"New synergies will help drive top-line growth."},
        {"role":"system","name":"example_assistant","content":"Things working well together will increase revenue."},
        {"role":"system","name":"example_user","content":"Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage."},
        {"role":"system","name":"example_assistant","content":"Let's talk later when we're less busy about how to do better."},
        {"role":"user","content":"This late pivot means we don't have time to boil the ocean for the client deliverable."}]
        """;

    [Theory]
    [InlineData("gpt-4-0613", 129)]
    [InlineData("gpt-4o-mini", 124)]
    public void Agrees_with_what_the_API_reported(string model, int tokens) =>
        Assert.Equal(tokens, Estimate($$"""{"model":"{{model}}","messages":{{CookbookMessages}}}"""));

    [Theory]
    [InlineData("""{"model":"gpt-4o","prompt":"tiktoken is great!"}""", 6)]
    [InlineData("""{"model":"text-embedding-3-small","input":["tiktoken is great!","tiktoken is great!"]}""", 12)]
    [InlineData("""{"model":"text-embedding-3-small","input":[[1,2,3],[4]]}""", 4)]
    [InlineData("""{"model":"gpt-4o","input":"tiktoken is great!"}""", 6)]
    [InlineData("""{"model":"gpt-4o","input":[{"role":"user","content":[{"type":"input_text","text":"tiktoken is great!"}]}]}""", 10)]
    [InlineData("""[1,2]""", 0)]
    [InlineData("""{"messages":""", 0)]
    public void Understands_every_endpoints_input(string body, int tokens) => Assert.Equal(tokens, Estimate(body));

    [Fact]
    public void An_image_is_not_counted_as_text()
    {
        var url = "data:image/png;base64," + new string((char)65, 100_000);
        var tokens = Estimate(
            """{"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"URL"}}]}]}""".Replace("URL", url, StringComparison.Ordinal));
        Assert.InRange(tokens, 85, 100);
    }

    private static int Estimate(string body) => ChatTokenEstimator.EstimateInput(Encoding.UTF8.GetBytes(body));
}
