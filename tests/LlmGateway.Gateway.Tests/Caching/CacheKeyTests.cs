using System.Text;
using LlmGateway.Gateway.Caching;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Tests.Caching;

public sealed class CacheKeyTests
{
    private const string Body = """{"model": "a", "messages": [{"role": "user", "content": "hi"}], "temperature": 0}""";

    [Theory]
    [InlineData("""{"model":"a","messages":[{"role":"user","content":"hi"}],"temperature":0}""")]
    [InlineData("""{"stream": true, "stream_options": {"include_usage": true}, "model": "a", "messages": [{"role": "user", "content": "hi"}], "temperature": 0}""")]
    [InlineData("""{"model": "a", "store": false, "metadata": {"x": "y"}, "messages": [{"role": "user", "content": "hi"}], "temperature": 0}""")]
    [InlineData("""{"model": "alias-of-a", "messages": [{"role": "user", "content": "hi"}], "temperature": 0}""")]
    public void What_cannot_change_the_answer_does_not_change_the_key(string body) => Assert.Equal(Key(Body), Key(body));

    [Theory]
    [InlineData("""{"model": "a", "messages": [{"role": "user", "content": "hi "}], "temperature": 0}""")]
    [InlineData("""{"model": "a", "messages": [{"role": "user", "content": "hi"}], "temperature": 0, "max_tokens": 5}""")]
    [InlineData("""{"model": "a", "messages": [{"role": "user", "content": "hi", "stream": true}], "temperature": 0}""")]
    [InlineData("""{"model": "a", "messages": [{"role": "user", "content": "hi"}], "temperature": 0, "an_unknown_member": null}""")]
    public void Anything_else_does(string body) => Assert.NotEqual(Key(Body), Key(body));

    [Fact]
    public void Projects_models_operations_and_namespaces_are_kept_apart()
    {
        var keys = new[]
        {
            Key(Body),
            Key(Body, project: "proj_other"),
            Key(Body, model: "p/other"),
            Key(Body, cacheNamespace: "2"),
        };
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    private static CacheKey Key(string body, string project = "proj_default", string model = "p/a", string cacheNamespace = "")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var operation = Operation.ChatCompletions;
        var scan = RequestScanner.Scan(bytes, operation);
        return CacheKey.Compute(bytes, scan, project, operation, model, cacheNamespace);
    }
}
