using System.Net;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;

namespace LlmGateway.Datasets.Tests.Feedback;

public sealed class EmbeddedMetricTests : MetricTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresMetricTests : MetricTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>What a metric was declared as is what is taken, in each store.</summary>
public abstract class MetricTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_categorical_metric_takes_its_options_and_shows_them()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        const string Declaration = """{"name":"tone","type":"categorical","options":["warm","cold"]}""";
        for (var time = 0; time < 2; time++)
        {
            var metric = await DeclareAsync(client, Declaration);
            Assert.Equal(("categorical", "[\"warm\",\"cold\"]"), (metric.Text("type"), metric.GetProperty("options").GetRawText()));
        }

        var said = await client.SayAsync("""{"inference_id":"a","metric":"tone","value":"warm"}""");
        Assert.Equal(("categorical", "warm"), (said.Text("type"), said.Text("value")));
        foreach (var value in new[] { "\"lukewarm\"", "true", "1", """{"role":"assistant","content":"warm"}""" })
        {
            Assert.Equal("value", (await client.RefusedAsync($$"""{"inference_id":"a","metric":"tone","value":{{value}}}""", HttpStatusCode.BadRequest)).Text("param"));
        }

        Assert.Contains("warm, cold", (await client.RefusedAsync("""{"inference_id":"a","metric":"tone","value":"x"}""", HttpStatusCode.BadRequest)).Text("message"), StringComparison.Ordinal);
        await DeclareAsync(client, """{"name":"any","type":"categorical"}""");
        await client.SayAsync("""{"inference_id":"a","metric":"any","value":"whatever"}""");
    }

    [Fact]
    public async Task A_metric_of_a_level_is_not_said_of_the_other()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        Assert.Equal("episode", (await DeclareAsync(client, """{"name":"solved","type":"boolean","level":"episode"}""")).Text("level"));
        await DeclareAsync(client, """{"name":"good","type":"boolean","level":"inference"}""");
        await client.SayAsync("""{"episode_id":"e","metric":"solved","value":true}""");
        await client.SayAsync("""{"inference_id":"a","metric":"good","value":true}""");
        Assert.Equal("inference_id", (await client.RefusedAsync("""{"inference_id":"a","metric":"solved","value":true}""", HttpStatusCode.BadRequest)).Text("param"));
        Assert.Equal("episode_id", (await client.RefusedAsync("""{"episode_id":"e","metric":"good","value":true}""", HttpStatusCode.BadRequest)).Text("param"));

        // One that was made by its use is for both.
        await client.SayAsync("""{"inference_id":"a","metric":"free","value":true}""");
        await client.SayAsync("""{"episode_id":"e","metric":"free","value":true}""");
        var free = (await client.GetJsonAsync("/v1/feedback/metrics")).GetProperty("data").EnumerateArray().Single(metric => metric.Text("name") == "free");
        Assert.Equal(JsonValueKind.Null, free.GetProperty("level").ValueKind);
    }

    [Theory]
    [InlineData("""{"name":"m","type":"stars"}""", "type")]
    [InlineData("""{"name":"m","type":"boolean","level":"project"}""", "level")]
    [InlineData("""{"name":"m","type":"boolean","options":["a"]}""", "options")]
    [InlineData("""{"name":"m","type":"categorical","options":[]}""", "options")]
    [InlineData("""{"name":"m","type":"categorical","options":["a","a"]}""", "options")]
    [InlineData("""{"name":"m","type":"categorical","options":[null]}""", "options")]
    [InlineData("""{"name":"there","type":"categorical","options":["a","c"]}""", "options")]
    [InlineData("""{"name":"there","type":"categorical","options":["a","b"],"level":"episode"}""", "level")]
    [InlineData("""{"name":"there","type":"comment"}""", "type")]
    public async Task A_declaration_says_what_is_wrong_with_it(string declaration, string param)
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await DeclareAsync(client, """{"name":"there","type":"categorical","options":["a","b"]}""");
        using var body = Sayings.Json(declaration);
        using var response = await client.PostAsync("/v1/feedback/metrics", body, Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, param), (response.StatusCode, (await response.JsonAsync()).GetProperty("error").Text("param")));
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static async Task<JsonElement> DeclareAsync(HttpClient client, string declaration)
    {
        using var body = Sayings.Json(declaration);
        var response = await client.PostAsync("/v1/feedback/metrics", body, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
        return await response.JsonAsync();
    }
}
