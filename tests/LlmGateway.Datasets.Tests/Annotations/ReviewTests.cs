using System.Net;
using System.Text.Json;
using LlmGateway.Datasets.Tests.Feedback;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using LlmGateway.Datasets.Tests.Versions.Production;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Datasets.Tests.Annotations;

public sealed class EmbeddedReviewTests : ReviewTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresReviewTests : ReviewTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>Review by people in each store.</summary>
public abstract class ReviewTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddMicroseconds(Calls.Start));

    [Fact]
    public async Task What_reviewers_agree_on_becomes_the_label_and_feedback_on_the_call()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var queue = await client.QueueAsync(more: ""","reviewers_per_item":2,"metric":"correct" """);
        await client.FillAsync(queue, "1");

        Assert.Equal("pending", (await client.AnswerAsync(queue, "ada", "true")).Text("status"));
        Assert.Empty((await client.GetJsonAsync("/v1/feedback")).Ids());
        var item = await client.AnswerAsync(queue, "bob", "true");
        Assert.Equal(("resolved", true), (item.Text("status"), item.GetProperty("label").GetBoolean()));

        var said = Assert.Single((await client.GetJsonAsync("/v1/feedback")).GetProperty("data").EnumerateArray());
        Assert.Equal(("call-1", "correct", true), (said.Text("inference_id"), said.Text("metric"), said.GetProperty("value").GetBoolean()));
        var result = Assert.Single((await client.GetJsonAsync($"{queue}/results?source=inline")).GetProperty("data").EnumerateArray());
        Assert.Equal(["ada", "bob"], result.GetProperty("answers").EnumerateArray().Select(answer => answer.Text("reviewer")));
        Assert.Equal(("1", 1, false), (result.GetProperty("source").Text("id"), result.GetProperty("number").GetDouble(), result.GetProperty("adjudicated").GetBoolean()));
        Assert.Empty((await client.GetJsonAsync($"{queue}/results?source=output_item")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_disagreement_waits_for_an_adjudicator_whose_answer_decides()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var queue = await client.QueueAsync("""{"type":"categorical","options":["good","bad"]}""", ""","reviewers_per_item":2,"metric":"verdict" """);
        await client.FillAsync(queue, "1");
        await client.AnswerAsync(queue, "ada", "\"good\"");
        var item = (await client.AnswerAsync(queue, "bob", "\"bad\"")).Text("id");

        var open = Assert.Single((await client.GetJsonAsync($"{queue}/items?status=disagreement")).GetProperty("data").EnumerateArray());
        Assert.Equal((item, JsonValueKind.Null), (open.Text("id"), open.GetProperty("label").ValueKind));
        Assert.Empty((await client.GetJsonAsync("/v1/feedback")).Ids());

        for (var time = 0; time < 2; time++)
        {
            var decided = await client.PostJsonAsync($"{queue}/items/{item}/adjudicate", QueueClient.Answer("eve", "\"bad\""));
            Assert.Equal(("resolved", "bad"), (decided.Text("status"), decided.Text("label")));
        }

        Assert.Equal("bad", Assert.Single((await client.GetJsonAsync("/v1/feedback")).GetProperty("data").EnumerateArray()).Text("value"));
        var error = await client.RefusedAsync($"{queue}/items/{item}/adjudicate", QueueClient.Answer("eve", "\"good\""), HttpStatusCode.Conflict);
        Assert.Equal("no_disagreement", error.Text("code"));
        Assert.Equal("eve", (await client.GetJsonAsync($"{queue}/results")).GetProperty("data")[0].Text("adjudicator"));
    }

    [Fact]
    public async Task Reviewers_at_once_never_get_an_item_more_often_than_it_is_to_be_answered()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var queue = await client.QueueAsync(more: ""","reviewers_per_item":2 """);
        await client.FillAsync(queue, "1", "2", "3");

        var given = await Task.WhenAll(Enumerable.Range(0, 10).Select(reviewer => client.NextAsync(queue, $"reviewer {reviewer}")));

        var items = given.OfType<JsonElement>().Select(item => item.Text("id")).GroupBy(id => id).ToList();
        Assert.Equal([2, 2, 2], items.Select(item => item.Count()));
        Assert.Equal(4, given.Count(item => item is null));
    }

    [Fact]
    public async Task A_reservation_is_the_reviewers_until_it_expires_and_then_whose_it_is_taken_by()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var queue = await client.QueueAsync(more: ""","reservation_minutes":10 """);
        await client.FillAsync(queue, "1");
        var item = (await client.NextAsync(queue, "ada"))!.Value.Text("id")!;
        Assert.Equal(item, (await client.NextAsync(queue, "ada"))!.Value.Text("id"));
        Assert.Null(await client.NextAsync(queue, "bob"));

        _clock.Advance(TimeSpan.FromMinutes(11));
        // The token lives for a minute.
        client = host.For("proj_a");
        Assert.Equal(item, (await client.NextAsync(queue, "bob"))!.Value.Text("id"));
        var error = await client.RefusedAsync($"{queue}/items/{item}/submit", QueueClient.Answer("ada", "true"), HttpStatusCode.Conflict);
        Assert.Equal("reservation_expired", error.Text("code"));
        _clock.Advance(TimeSpan.FromMinutes(11));
        client = host.For("proj_a");
        Assert.Equal("resolved", (await client.SubmitAsync(queue, item, "ada", "true")).Text("status"));
    }

    [Fact]
    public async Task A_skipped_item_goes_to_others_and_an_answer_stays()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var queue = await client.QueueAsync();
        await client.FillAsync(queue, "1");
        var item = (await client.NextAsync(queue, "ada"))!.Value.Text("id")!;
        await client.PostJsonAsync($"{queue}/items/{item}/skip", """{"reviewer":"ada","comment":"not my language"}""");
        Assert.Null(await client.NextAsync(queue, "ada"));

        await client.AnswerAsync(queue, "bob", "false");
        await client.SubmitAsync(queue, item, "bob", "false");
        var changed = await client.RefusedAsync($"{queue}/items/{item}/submit", QueueClient.Answer("bob", "true"), HttpStatusCode.Conflict);
        Assert.Equal("already_answered", changed.Text("code"));
        var stranger = await client.RefusedAsync($"{queue}/items/{item}/submit", QueueClient.Answer("eve", "true"), HttpStatusCode.Conflict);
        Assert.Equal("not_reserved", stranger.Text("code"));
    }

    [Fact]
    public async Task Items_come_from_logged_calls_each_once_and_their_labels_become_references()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var calls = new Calls("proj_a");
        var first = calls.Chat("chatcmpl-1");
        await host.StoreAsync(first, calls.Chat("chatcmpl-2", request: """{"model":"fast","messages":[{"role":"user","content":"bye"}]}"""));
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, """{"id":"old","input":"kept","reference":"as it is"}""");
        var queue = await client.QueueAsync("""{"type":"text"}""", $$""","metric":"demonstration","dataset_id":"{{dataset.Split('/')[^1]}}" """);
        var named = await client.PostJsonAsync($"{queue}/items", """{"source":{"type":"inferences","ids":["chatcmpl-1"]}}""");
        Assert.Equal((1, 0), (named.GetProperty("added").GetInt32(), named.GetProperty("already_there").GetInt32()));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var all = await client.PostJsonAsync($"{queue}/items", """{"source":{"type":"filter","filter":{"model":"fast"}}}""");
        Assert.Equal((1, 1), (all.GetProperty("added").GetInt32(), all.GetProperty("already_there").GetInt32()));

        var shown = (await client.NextAsync(queue, "ada"))!.Value;
        Assert.Equal(("hello", "grüß dich"), (shown.GetProperty("input").GetProperty("messages")[0].Text("content"), shown.Text("output")));
        await client.SubmitAsync(queue, shown.Text("id")!, "ada", "\"good day\"");
        Assert.Equal("good day", (await client.GetJsonAsync($"/v1/inferences/{first.Record.Id}")).GetProperty("feedback")[0].GetProperty("value").Text("content"));

        var version = await client.PostJsonAsync($"{queue}/versions", "{}");
        Assert.Equal((2, 2), (version.GetProperty("version").GetInt32(), version.GetProperty("item_count").GetInt32()));
        Assert.Equal(version.Text("id"), (await client.PostJsonAsync($"{queue}/versions", "{}")).Text("id"));
        var items = (await client.GetJsonAsync($"{dataset}/versions/2/items")).GetProperty("data");
        Assert.Equal(["as it is", "good day"], items.EnumerateArray().Select(item => item.Text("reference")));
        Assert.Equal(first.Record.Id.ToString(), items[1].Text("inference_id"));
    }

    [Fact]
    public async Task A_sample_of_calls_is_put_into_a_queue_and_again_adds_none()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var calls = new Calls("proj_a");
        await host.StoreAsync([.. Enumerable.Range(0, 40).Select(number => calls.Chat($"c{number}"))]);
        var queue = await client.QueueAsync();
        const string Source = """{"source":{"type":"filter","filter":{"model":"fast"},"sample":{"size":8,"seed":3}}}""";
        Assert.Equal(8, (await client.PostJsonAsync($"{queue}/items", Source)).GetProperty("added").GetInt32());
        var again = await client.PostJsonAsync($"{queue}/items", Source);
        Assert.Equal((0, 8), (again.GetProperty("added").GetInt32(), again.GetProperty("already_there").GetInt32()));
        Assert.Equal("source.sample", (await client.RefusedAsync($"{queue}/items", """{"source":{"type":"filter","sample":{}}}""", HttpStatusCode.BadRequest)).Text("param"));
        Assert.Equal("source.sample", (await client.RefusedAsync($"{queue}/items", """{"source":{"type":"inline","items":[],"sample":{"size":1}}}""", HttpStatusCode.BadRequest)).Text("param"));
    }

    [Fact]
    public async Task Calls_that_asked_the_same_and_were_answered_otherwise_make_pairs()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var calls = new Calls("proj_a");
        var (first, second) = (calls.Ask("1", "Where is it?", "Here."), calls.Ask("3", "where is  it?", "There."));
        await host.StoreAsync(first, calls.Ask("2", "Where is it?", "here."), second, calls.Ask("4", "Where is it?", "Nowhere."), calls.Ask("5", "alone", "x"));
        var made = await client.PostJsonAsync("/v1/annotation_queues", """{"name":"pairs","mode":"pairwise"}""");
        var queue = $"/v1/annotation_queues/{made.Text("id")}";
        Assert.Equal(1, (await client.PostJsonAsync($"{queue}/items", """{"source":{"type":"filter"}}""")).GetProperty("added").GetInt32());
        Assert.Equal(1, (await client.PostJsonAsync($"{queue}/items", """{"source":{"type":"filter"}}""")).GetProperty("already_there").GetInt32());

        var pair = (await client.NextAsync(queue, "ada"))!.Value;
        Assert.Equal($"{first.Record.Id}/{second.Record.Id}", pair.GetProperty("source").Text("id"));
        Assert.Equal(["Here.", "There."], new[] { pair.Text("output"), pair.Text("other_output") }.Order());
        Assert.Equal("source.type", (await client.RefusedAsync($"{queue}/items", """{"source":{"type":"inferences","ids":["1"]}}""")).Text("param"));
    }

    [Fact]
    public async Task Agreement_is_measured_over_the_answers_and_equal_for_a_seed()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var client = host.For("proj_a");
        var queue = await client.QueueAsync(more: ""","reviewers_per_item":2 """);
        await client.FillAsync(queue, [.. Enumerable.Range(0, 5).Select(id => $"{id}")]);
        // Cohen's table [[2, 1], [0, 2]]: p₀ = .8, pₑ = .6 · .4 + .4 · .6 = .48, κ = .32/.52.
        foreach (var (ada, bob) in new[] { ("true", "true"), ("true", "true"), ("true", "false"), ("false", "false"), ("false", "false") })
        {
            await client.AnswerAsync(queue, "ada", ada);
            await client.AnswerAsync(queue, "bob", bob);
        }

        var agreement = await client.GetJsonAsync($"{queue}/agreement?seed=1");
        Assert.Equal(5, agreement.GetProperty("items").GetInt32());
        Assert.Equal(0.8, agreement.GetProperty("percent").GetProperty("value").GetDouble(), 4);
        Assert.Equal(0.6154, agreement.GetProperty("cohen_kappa").GetProperty("value").GetDouble(), 4);
        // Half of the ten values are true: pₑ = .5 for Fleiss; for alpha 5 · 5 · 2 of 10 · 9 pairs differ, so α = 1 − .2 / (50/90).
        Assert.Equal(0.6, agreement.GetProperty("fleiss_kappa").GetProperty("value").GetDouble(), 4);
        Assert.Equal(0.64, agreement.GetProperty("krippendorff_alpha").GetProperty("value").GetDouble(), 4);
        Assert.Equal("nominal", agreement.Text("alpha_level"));
        Assert.Equal(agreement.ToString(), (await client.GetJsonAsync($"{queue}/agreement?seed=1")).ToString());
    }

    [Fact]
    public async Task One_project_neither_sees_nor_answers_anothers_queue()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(_clock);
        var theirs = host.For("proj_b");
        var queue = await theirs.QueueAsync();
        await theirs.FillAsync(queue, "1");
        var item = (await theirs.NextAsync(queue, "ada"))!.Value.Text("id")!;
        var client = host.For("proj_a");

        Assert.Empty((await client.GetJsonAsync("/v1/annotation_queues")).Ids());
        foreach (var path in new[] { queue, $"{queue}/items", $"{queue}/items/{item}", $"{queue}/results", $"{queue}/agreement" })
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await client.GetAsync(path, Cancel)).StatusCode));
        }

        var mine = await client.QueueAsync();
        await client.RefusedAsync($"{mine}/items/{item}/submit", QueueClient.Answer("ada", "true"), HttpStatusCode.NotFound);
        await client.RefusedAsync($"{queue}/next", """{"reviewer":"eve"}""", HttpStatusCode.NotFound);
        await client.RefusedAsync($"{queue}/items/{item}/submit", QueueClient.Answer("ada", "true"), HttpStatusCode.NotFound);
        await client.RefusedAsync($"{queue}/versions", "{}", HttpStatusCode.NotFound);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync(queue, Cancel)).StatusCode);
        Assert.Equal("1", (await theirs.NextAsync(queue, "ada"))!.Value.GetProperty("source").Text("id"));
    }

    protected abstract ValueTask<TestStore> OpenAsync();
}
