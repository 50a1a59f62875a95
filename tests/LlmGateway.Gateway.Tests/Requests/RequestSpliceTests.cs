using System.Text;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Tests.Requests;

public sealed class RequestSpliceTests
{
    private static readonly Deployment Target = new(
        new Provider("p", ProviderKind.OpenAI, "http://p/v1", null, null, StreamUsage: true), "gpt-x", CachePolicy.Deterministic, TimeSpan.FromDays(1));

    [Fact]
    public void Only_the_model_changes_and_every_other_byte_survives()
    {
        const string body = """{ "messages" : [ {"role":"user","content":"é\u00e9"} ],  "model":"alias" ,"x":[1.50] }""";
        Assert.Equal(body.Replace("\"alias\"", "\"gpt-x\"", StringComparison.Ordinal), Splice(body).Text);
    }

    [Theory]
    [InlineData("""{"metadata": {"a": "b"}, "model": "m", "messages": [{"role": "user"}]}""")]
    [InlineData("""{"model": "m", "metadata": {"a": "b"}, "messages": [{"role": "user"}]}""")]
    [InlineData("""{"model": "m", "messages": [{"role": "user"}], "metadata": {"a": "b"}}""")]
    public void Metadata_is_cut_out_wherever_it_stands(string body)
    {
        var sent = JsonNode.Parse(Splice(body).Text)!.AsObject();
        Assert.False(sent.ContainsKey("metadata"));
        Assert.Equal(2, sent.Count);
    }

    [Fact]
    public void Metadata_of_a_call_that_the_provider_stores_goes_with_it() =>
        Assert.Contains("metadata", Splice("""{"model": "m", "store": true, "metadata": {"a": "b"}, "messages": [{"role": "user"}]}""").Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"model": "m", "stream": true, "messages": [{"role": "user"}]}""")]
    [InlineData("""{"model": "m", "stream": true, "stream_options": null, "messages": [{"role": "user"}]}""")]
    [InlineData("""{"model": "m", "stream": true, "stream_options": {"include_usage": false}, "messages": [{"role": "user"}]}""")]
    [InlineData("""{"model": "m", "stream": true, "stream_options": {"include_obfuscation": false}, "messages": [{"role": "user"}]}""")]
    public void A_stream_is_asked_for_its_usage(string body)
    {
        var (text, forced) = Splice(body);
        Assert.True(forced);
        Assert.True((bool?)JsonNode.Parse(text)!["stream_options"]!["include_usage"]);
    }

    [Fact]
    public void A_stream_whose_caller_asked_for_usage_is_left_alone() =>
        Assert.False(Splice("""{"model": "gpt-x", "stream": true, "stream_options": {"include_usage": true}, "messages": [{"role": "user"}]}""").Forced);

    private static (string Text, bool Forced) Splice(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var scan = RequestScanner.Scan(bytes, Operation.ChatCompletions);
        var (parts, forced) = RequestSplice.Apply(bytes, scan, Target, Operation.ChatCompletions);
        return (string.Concat(parts.Select(part => Encoding.UTF8.GetString(part.Span))), forced);
    }
}
