using System.Net;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Feedback;

public sealed class EmbeddedFeedbackTests : FeedbackTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresFeedbackTests : FeedbackTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Feedback in each store.</summary>
public abstract class FeedbackTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));
    private readonly Calls _calls = new("proj_a");

    [Fact]
    public async Task A_value_comes_back_as_it_was_given_and_its_type_is_known_by_itself()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        foreach (var (value, type) in new[]
        {
            ("true", "boolean"),
            ("false", "boolean"),
            ("0.25", "float"),
            ("\"too long\"", "comment"),
            ("""{"role":"assistant","content":"refund"}""", "demonstration"),
        })
        {
            var made = await client.SayAsync($$$"""{"inference_id":"chatcmpl-1","metric":"of-{{{type}}}","value":{{{value}}},"comment":"why","tags":{"by":"ada"}}""");
            Assert.StartsWith("fb_", made.Text("id"), StringComparison.Ordinal);
            Assert.Equal(("feedback", "chatcmpl-1", type), (made.Text("object"), made.Text("inference_id"), made.Text("type")));
            Assert.Equal((value, "why", "ada"), (made.GetProperty("value").GetRawText(), made.Text("comment"), made.GetProperty("tags").Text("by")));
            Assert.Equal(1_767_323_045, made.GetProperty("created_at").GetInt64());
            Assert.Equal(made.ToString(), (await client.GetJsonAsync($"/v1/feedback/{made.Text("id")}")).ToString());
        }
    }

    [Fact]
    public async Task A_call_shows_what_was_said_of_it_of_its_answer_and_of_its_episode_also_before_it_was_stored()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var call = _calls.Chat("chatcmpl-1", record => record with { EpisodeId = "ep-1" });
        string?[] expected =
        [
            (await client.SayAsync($$"""{"inference_id":"{{call.Record.Id}}","metric":"good","value":true}""")).Text("id"),
            (await NextAsync(client, """{"inference_id":"chatcmpl-1","metric":"good","value":false}""")).Text("id"),
            (await NextAsync(client, """{"episode_id":"ep-1","metric":"solved","value":1}""")).Text("id"),
        ];
        await NextAsync(client, """{"inference_id":"chatcmpl-2","metric":"good","value":true}""");
        await NextAsync(client, """{"episode_id":"chatcmpl-1","metric":"solved","value":1}""");
        await host.StoreAsync(call);

        var shown = (await client.GetJsonAsync($"/v1/inferences/{call.Record.Id}")).GetProperty("feedback");
        Assert.Equal(expected.Reverse(), shown.EnumerateArray().Select(one => one.Text("id")));
        Assert.False((await client.GetJsonAsync("/v1/inferences")).GetProperty("data")[0].TryGetProperty("feedback", out _));
    }

    [Fact]
    public async Task A_metric_keeps_the_type_of_its_first_use()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        await client.SayAsync("""{"inference_id":"a","metric":"good","value":true}""");

        var error = await client.RefusedAsync("""{"inference_id":"a","metric":"good","value":0.5}""", HttpStatusCode.BadRequest);
        Assert.Equal("value", error.Text("param"));
        Assert.Contains("boolean", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains("this value is a number. Send true or false.", error.Text("message"), StringComparison.Ordinal);
        await host.For("proj_b").SayAsync("""{"inference_id":"a","metric":"good","value":0.5}""");
    }

    [Fact]
    public async Task A_metric_can_be_declared_and_not_changed()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        using var declaration = Sayings.Json("""{"name":"fix","type":"demonstration"}""");
        var metric = await (await client.PostAsync("/v1/feedback/metrics", declaration, Cancel)).JsonAsync();
        Assert.Equal(("fix", "demonstration", "max"), (metric.Text("name"), metric.Text("type"), metric.Text("optimize")));

        var made = await client.SayAsync("""{"inference_id":"a","metric":"fix","value":"say it so"}""");
        Assert.Equal("say it so", made.GetProperty("value").Text("content"));
        using var change = Sayings.Json("""{"name":"fix","type":"float"}""");
        Assert.Equal("type", (await (await client.PostAsync("/v1/feedback/metrics", change, Cancel)).JsonAsync()).GetProperty("error").Text("param"));
        await client.SayAsync("""{"inference_id":"a","metric":"demonstration","value":"text alone"}""");
        Assert.Equal(["demonstration", "fix"], (await client.GetJsonAsync("/v1/feedback/metrics")).GetProperty("data").EnumerateArray().Select(one => one.Text("name")));
    }

    [Fact]
    public async Task What_is_sent_again_under_its_key_counts_once_and_something_else_is_refused()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        const string Body = """{"inference_id":"a","metric":"good","value":true,"idempotency_key":"k","tags":{"b":"2","a":"1"}}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.SayAsync(Body)));
        Assert.Single(answers.Select(answer => answer.Text("id")).Distinct());
        Assert.Single((await client.GetJsonAsync("/v1/feedback")).Ids());

        var error = await client.RefusedAsync(Body.Replace("true", "false", StringComparison.Ordinal), HttpStatusCode.Conflict);
        Assert.Equal(("idempotency_key", "idempotency_conflict"), (error.Text("param"), error.Text("code")));
        await host.For("proj_b").SayAsync(Body);
    }

    [Fact]
    public async Task Feedback_is_listed_newest_first_and_filtered()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var inference = Calls.NextId();
        string[] ids =
        [
            (await NextAsync(client, """{"inference_id":"a","metric":"good","value":true}""")).Text("id")!,
            (await NextAsync(client, $$"""{"inference_id":"{{inference}}","metric":"score","value":1}""")).Text("id")!,
            (await NextAsync(client, """{"episode_id":"e","metric":"good","value":false}""")).Text("id")!,
        ];

        Assert.Equal([ids[2], ids[1], ids[0]], (await client.GetJsonAsync("/v1/feedback")).Ids());
        foreach (var (query, expected) in new (string, string[])[]
        {
            ("metric=good", [ids[2], ids[0]]),
            ("type=float", [ids[1]]),
            ("inference_id=a", [ids[0]]),
            ($"inference_id={inference.ToString().ToUpperInvariant()}", [ids[1]]),
            ("episode_id=e", [ids[2]]),
            ("created_after=1767323046", [ids[2], ids[1]]),
            ("created_before=1767323047", [ids[0]]),
            ($"order=asc&limit=1&after={ids[0]}", [ids[1]]),
        })
        {
            Assert.Equal((query, string.Join(' ', expected)), (query, string.Join(' ', (await client.GetJsonAsync($"/v1/feedback?{query}")).Ids())));
        }
    }

    [Fact]
    public async Task Another_projects_feedback_is_not_found_by_any_route()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var call = _calls.Chat("chatcmpl-1", record => record with { EpisodeId = "e" });
        await host.StoreAsync(call);
        var theirs = (await host.For("proj_b").SayAsync("""{"inference_id":"chatcmpl-1","metric":"good","value":true}""")).Text("id");
        await host.For("proj_b").SayAsync("""{"episode_id":"e","metric":"good","value":true}""");
        var client = host.For("proj_a");

        Assert.Empty((await client.GetJsonAsync("/v1/feedback")).Ids());
        Assert.Empty((await client.GetJsonAsync("/v1/feedback/metrics")).GetProperty("data").EnumerateArray());
        Assert.Equal(0, (await client.GetJsonAsync($"/v1/inferences/{call.Record.Id}")).GetProperty("feedback").GetArrayLength());
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"/v1/feedback?after={theirs}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/v1/feedback/{theirs}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"/v1/feedback/{theirs}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.For("proj_b").DeleteAsync($"/v1/feedback/{theirs}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.For("proj_b").GetAsync($"/v1/feedback/{theirs}", Cancel)).StatusCode);
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    /// <summary>Sends it a second later, so that it is newer in each store.</summary>
    private Task<JsonElement> NextAsync(HttpClient client, string body)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return client.SayAsync(body);
    }
}
