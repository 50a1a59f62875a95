using System.Net;
using System.Net.Http.Json;
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
    public async Task A_metric_that_is_missing_is_said_to_be_missing() => Assert.StartsWith(
        "Missing 'metric': expected 1 to 64 letters",
        (await host.NewProject().RefusedAsync("""{"inference_id":"a","value":true}""", HttpStatusCode.BadRequest)).Text("message"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("boolean", "\"yes\"", "and this value is text. Send true or false.")]
    [InlineData("boolean", "1", "and this value is a number. Send true or false.")]
    [InlineData("float", "true", "and this value is true or false. Send a number.")]
    [InlineData("comment", """{"role":"assistant","content":"x"}""", "and this value is an object. Send text.")]
    [InlineData("demonstration", "1", "Send an assistant message, or its text.")]
    [InlineData("categorical", "1", "Send an option's text.")]
    [InlineData("categorical", "1", "Send one of its options: warm, cold.", "warm", "cold")]
    [InlineData("categorical", "\"hot\"", "it is no option of metric 'm'. Send one of its options: warm, cold.", "warm", "cold")]
    public async Task A_value_of_another_type_is_answered_with_what_to_send(string type, string value, string answer, params string[] options)
    {
        var client = host.NewProject();
        var metric = type is "comment" or "demonstration" ? type : "m";
        var declaration = new { name = metric, type, options = options.Length == 0 ? null : options };
        using var declared = await client.PostAsJsonAsync("/v1/feedback/metrics", declaration, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, declared.StatusCode);
        var error = await client.RefusedAsync($$"""{"inference_id":"a","metric":"{{metric}}","value":{{value}}}""", HttpStatusCode.BadRequest);
        Assert.EndsWith(answer, error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_field_is_refused_by_its_name()
    {
        var error = await host.NewProject().RefusedAsync("""{"inference_id":"a","metric":"m","value":true,"colour":1}""", HttpStatusCode.BadRequest);
        Assert.Contains("colour", error.Text("message"), StringComparison.Ordinal);
    }
}
