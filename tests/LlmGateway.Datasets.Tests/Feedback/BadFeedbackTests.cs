using System.Net;
using LlmGateway.Datasets.Tests.Stores;

namespace LlmGateway.Datasets.Tests.Feedback;

/// <summary>Refused feedback names the field, and leaves neither a row nor a metric.</summary>
public sealed class BadFeedbackTests(SharedHost host) : IClassFixture<SharedHost>
{
    [Theory]
    [InlineData("""{"metric":"m","value":true}""", "inference_id")]
    [InlineData("""{"inference_id":"a","episode_id":"e","metric":"m","value":true}""", "inference_id")]
    [InlineData("""{"inference_id":"","metric":"m","value":true}""", "inference_id")]
    [InlineData("""{"inference_id":"a\u0000","metric":"m","value":true}""", "inference_id")]
    [InlineData("""{"inference_id":"a","value":true}""", "metric")]
    [InlineData("""{"inference_id":"a","metric":"two words","value":true}""", "metric")]
    [InlineData("""{"inference_id":"a","metric":"m"}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":null}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":[1]}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":""}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":1e999}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":{"role":"user","content":"x"}}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":{"role":"assistant"}}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":{"role":1,"content":"x"}}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":{"content":"x"}}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":"half \ud800"}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"comment","value":1}""", "value")]
    [InlineData("""{"inference_id":"a","metric":"m","value":true,"tags":{"k":null}}""", "tags.k")]
    [InlineData("""{"inference_id":"a","metric":"m","value":true,"tags":{"":"v"}}""", "tags")]
    [InlineData("""{"inference_id":"a","metric":"m","value":true,"comment":""}""", "comment")]
    [InlineData("""{"inference_id":"a","metric":"m","value":true,"idempotency_key":""}""", "idempotency_key")]
    public async Task A_field_that_is_wrong_is_named_and_nothing_is_kept(string body, string param)
    {
        var client = host.NewProject();
        Assert.Equal(param, (await client.RefusedAsync(body, HttpStatusCode.BadRequest)).Text("param"));
        Assert.Empty((await client.GetJsonAsync("/v1/feedback")).Ids());
        Assert.Empty((await client.GetJsonAsync("/v1/feedback/metrics")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task An_unknown_field_is_refused_by_its_name()
    {
        var error = await host.NewProject().RefusedAsync("""{"inference_id":"a","metric":"m","value":true,"colour":1}""", HttpStatusCode.BadRequest);
        Assert.Contains("colour", error.Text("message"), StringComparison.Ordinal);
    }
}
