using System.Text.Json;

namespace LlmGateway.System.Tests;

/// <summary>A call is found again with what it used and cost, on the way that callers have: through the gateway.</summary>
public abstract class CallLogTests(RunningSystem gateway) : Scenario(gateway)
{
    /// <summary>The provider reports 11 tokens in and 7 out.</summary>
    private const decimal Cost = 18 * RunningSystem.UsdPerMillion / 1_000_000;

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task A_call_is_logged_with_its_usage_cost_and_bodies(string stream)
    {
        using var answer = await Http.PostAsync("/v1/chat/completions", Json(Chat("log me", $"\"stream\":{stream}")), Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
        await answer.Content.ReadAsStringAsync(Cancel);
        var row = await StoredAsync(answer);
        Assert.Equal(RunningSystem.PricedModel, row.GetProperty("model").GetString());
        Assert.Equal("key_admin", row.GetProperty("key_id").GetString());
        Assert.Equal("completed", row.GetProperty("outcome").GetString(), ignoreCase: true);
        Assert.Equal((11, 7), (row.GetProperty("input_tokens").GetInt64(), row.GetProperty("output_tokens").GetInt64()));
        Assert.Equal(Cost, row.GetProperty("cost_usd").GetDecimal());
        Assert.Equal("log me", row.GetProperty("request").GetProperty("messages")[0].GetProperty("content").GetString());
        Assert.Single(row.GetProperty("attempts").EnumerateArray());
    }

    [Fact]
    public async Task Calls_are_listed_by_metadata_newest_first_over_pages()
    {
        List<string> ids = [];
        for (var call = 0; call < 3; call++)
        {
            using var answer = await Http.PostAsync("/v1/chat/completions", Json(Chat($"call {call}", "\"metadata\":{\"suite\":\"call log\"}")), Cancel);
            await StoredAsync(answer);
            ids.Insert(0, answer.Headers.GetValues("x-llmgateway-inference-id").Single());
        }

        var first = await GetAsync("/v1/inferences?limit=2&metadata[suite]=call+log");
        Assert.Equal(ids[..2], Ids(first));
        Assert.True(first.GetProperty("has_more").GetBoolean());
        var second = await GetAsync($"/v1/inferences?limit=2&metadata[suite]=call+log&after={ids[1]}");
        Assert.Equal(ids[2..], Ids(second));
        Assert.False(second.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Usage_adds_up_what_a_key_used_and_cost()
    {
        var made = await PostAsync(Http, "/v1/keys", """{"name":"usage","scopes":["inference"]}""");
        var caller = Gateway.ClientOf(Gateway.BaseUrl, made.GetProperty("key").GetString());
        for (var call = 0; call < 3; call++)
        {
            using var answer = await caller.PostAsync("/v1/chat/completions", Json(Chat($"use {call}", "\"n\":1")), Cancel);
            await StoredAsync(answer);
        }

        var usage = await GetAsync("/v1/usage?group_by=key_id");
        var used = usage.GetProperty("data").EnumerateArray().SelectMany(bucket => bucket.GetProperty("results").EnumerateArray())
            .Single(result => result.TryGetProperty("key_id", out var key) && key.GetString() == made.GetProperty("id").GetString());
        Assert.Equal(3, used.GetProperty("requests").GetInt64());
        Assert.Equal(33, used.GetProperty("input_tokens").GetInt64());
        Assert.Equal(3 * Cost, used.GetProperty("cost_usd").GetDecimal());
    }

    private static string Chat(string text, string more) =>
        $$"""{"model":"{{RunningSystem.PricedModel}}","messages":[{"role":"user","content":"{{text}}"}],{{more}}}""";

    private static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetString()!);

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetStringAsync(path, Cancel));
}

[Collection<StandaloneShape>]
public sealed class CallLogInStandalone(StandaloneFixture fixture) : CallLogTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class CallLogInServices(ServicesFixture fixture) : CallLogTests(fixture.Gateway);
