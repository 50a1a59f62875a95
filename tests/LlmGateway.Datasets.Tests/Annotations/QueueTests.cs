using System.Net;
using System.Text;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;

namespace LlmGateway.Datasets.Tests.Annotations;

/// <summary>How a queue is set up, and what is refused.</summary>
public sealed class QueueTests(SharedHost host) : IClassFixture<SharedHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_queue_counts_its_items_is_changed_and_deleted_with_them()
    {
        var client = host.NewProject();
        var queue = await client.QueueAsync("""{"type":"number","min":1,"max":5,"tolerance":1}""", ""","reviewers_per_item":2 """);
        await client.FillAsync(queue, "1", "2", "1");
        await client.AnswerAsync(queue, "ada", "4");
        Assert.Equal(4.5, (await client.AnswerAsync(queue, "bob", "5")).GetProperty("label").GetDouble());

        using var change = new StringContent("""{"name":"second look","reservation_minutes":5}""", Encoding.UTF8, "application/json");
        var changed = await (await client.PatchAsync(queue, change, Cancel)).JsonAsync();
        Assert.Equal(("second look", 5), (changed.Text("name"), changed.GetProperty("reservation_minutes").GetInt32()));
        Assert.Equal("""{"total":2,"pending":1,"disagreement":0,"resolved":1}""", changed.GetProperty("items").ToString());
        Assert.Single((await client.GetJsonAsync("/v1/annotation_queues")).Ids());

        Assert.Equal(HttpStatusCode.OK, (await client.DeleteAsync(queue, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(queue, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_pair_is_answered_by_the_better_output()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var made = await client.PostJsonAsync("/v1/annotation_queues", $$"""{"name":"pairs","mode":"pairwise","dataset_id":"{{dataset.Split('/')[^1]}}"}""");
        var queue = $"/v1/annotation_queues/{made.Text("id")}";
        await client.PostJsonAsync($"{queue}/items", """{"source":{"type":"inline","items":[{"id":"1","input":"q","output":"long","other_output":"short"},{"id":"2","input":"r","output":"x","other_output":"y"}]}}""");
        var judged = await client.AnswerAsync(queue, "ada", "\"b\"");
        await client.AnswerAsync(queue, "ada", "\"tie\"");

        var version = await client.PostJsonAsync($"{queue}/versions", "{}");
        Assert.Equal(1, version.GetProperty("dropped").GetProperty("tie").GetInt32());
        Assert.Equal(judged.Text("other_output"), (await client.GetJsonAsync($"{dataset}/versions/1/items")).GetProperty("data")[0].Text("reference"));
    }

    [Fact]
    public async Task Pairs_are_shown_in_an_order_of_chance_that_results_tell()
    {
        var client = host.NewProject();
        var made = await client.PostJsonAsync("/v1/annotation_queues", """{"name":"pairs","mode":"pairwise"}""");
        var queue = $"/v1/annotation_queues/{made.Text("id")}";
        var pairs = Enumerable.Range(0, 60).Select(number => $$"""{"id":"{{number}}","input":"q","output":"given first","other_output":"given second"}""");
        await client.PostJsonAsync($"{queue}/items", $$$"""{"source":{"type":"inline","items":[{{{string.Join(',', pairs)}}}]}}""");
        for (var answer = 0; answer < 4; answer++)
        {
            await client.AnswerAsync(queue, "ada", answer == 3 ? "\"b\"" : "\"a\"");
        }

        var results = (await client.GetJsonAsync($"{queue}/results?limit=100")).GetProperty("data").EnumerateArray().ToDictionary(result => result.Text("id")!);
        // Five standard deviations of a fair coin.
        Assert.InRange(results.Values.Count(result => result.GetProperty("swapped").GetBoolean()), 11, 49);
        foreach (var item in (await client.GetJsonAsync($"{queue}/items?limit=100")).GetProperty("data").EnumerateArray())
        {
            Assert.Equal(results[item.Text("id")!].GetProperty("swapped").GetBoolean() ? "given second" : "given first", item.Text("output"));
        }

        Assert.Equal(0.75, (await client.GetJsonAsync($"{queue}/agreement")).GetProperty("first_chosen").GetDouble());
    }

    [Fact]
    public async Task Labels_land_in_a_categorical_metric_that_has_the_queues_options()
    {
        var client = host.NewProject();
        await client.PostJsonAsync("/v1/feedback/metrics", """{"name":"tone","type":"categorical","options":["warm","cold","odd"]}""");
        await client.PostJsonAsync("/v1/feedback/metrics", """{"name":"solved","type":"categorical","level":"episode"}""");
        foreach (var (metric, option) in new[] { ("tone", "lukewarm"), ("solved", "warm") })
        {
            var request = $$$"""{"name":"x","return_type":{"type":"categorical","options":["warm","{{{option}}}2"]},"metric":"{{{metric}}}"}""";
            Assert.Equal("metric", (await client.RefusedAsync("/v1/annotation_queues", request)).Text("param"));
        }

        var queue = await client.QueueAsync("""{"type":"categorical","options":["warm","cold"]}""", ""","metric":"tone" """);
        await client.FillAsync(queue, "1");
        await client.AnswerAsync(queue, "ada", "\"cold\"");
        var said = Assert.Single((await client.GetJsonAsync("/v1/feedback")).GetProperty("data").EnumerateArray());
        Assert.Equal(("categorical", "cold"), (said.Text("type"), said.Text("value")));
    }

    [Theory]
    [InlineData("""{"return_type":{"type":"boolean"}}""", "name")]
    [InlineData("""{"name":"x"}""", "return_type")]
    [InlineData("""{"name":"x","return_type":{"type":"stars"}}""", "return_type.type")]
    [InlineData("""{"name":"x","return_type":{"type":"categorical","options":["a","a"]}}""", "return_type.options")]
    [InlineData("""{"name":"x","return_type":{"type":"boolean","min":1}}""", "return_type.min")]
    [InlineData("""{"name":"x","return_type":{"type":"number","min":2,"max":1}}""", "return_type.min")]
    [InlineData("""{"name":"x","return_type":{"type":"boolean"},"mode":"pairwise"}""", "return_type")]
    [InlineData("""{"name":"x","return_type":{"type":"boolean"},"reviewers_per_item":0}""", "reviewers_per_item")]
    [InlineData("""{"name":"x","return_type":{"type":"boolean"},"metric":"demonstration"}""", "metric")]
    public async Task A_queue_that_cannot_be_is_refused_with_the_field(string body, string param) =>
        Assert.Equal(param, (await host.NewProject().RefusedAsync("/v1/annotation_queues", body)).Text("param"));

    [Theory]
    [InlineData("""{"source":{"type":"inline"}}""", "source.items", HttpStatusCode.BadRequest)]
    [InlineData("""{"source":{"type":"inline","items":[{"id":"1","input":"q"},{"id":"2"}]}}""", "source.items[1].input", HttpStatusCode.BadRequest)]
    [InlineData("""{"source":{"type":"inline","items":[{"id":"1","input":"q","other_output":"o"}]}}""", "source.items[0].other_output", HttpStatusCode.BadRequest)]
    [InlineData("""{"source":{"type":"inferences","ids":["nothing"]}}""", "source.ids[0]", HttpStatusCode.NotFound)]
    [InlineData("""{"source":{"type":"filter","ids":["x"]}}""", "source.ids", HttpStatusCode.BadRequest)]
    [InlineData("""{"source":{"type":"eval_run","eval_id":"eval_1"}}""", "source.run_id", HttpStatusCode.BadRequest)]
    public async Task A_source_that_cannot_be_is_refused_and_nothing_is_added(string body, string param, HttpStatusCode status)
    {
        var client = host.NewProject();
        var queue = await client.QueueAsync();
        Assert.Equal(param, (await client.RefusedAsync($"{queue}/items", body, status)).Text("param"));
        Assert.Empty((await client.GetJsonAsync($"{queue}/items")).Ids());
    }

    [Theory]
    [InlineData("""{"type":"boolean"}""", "1")]
    [InlineData("""{"type":"number","min":1,"max":5}""", "6")]
    [InlineData("""{"type":"categorical","options":["a","b"]}""", "\"c\"")]
    [InlineData("""{"type":"multi","options":["a","b"]}""", """["a","c"]""")]
    [InlineData("""{"type":"text","max_length":3}""", "\"four\"")]
    public async Task An_answer_of_another_form_is_refused(string returnType, string value)
    {
        var client = host.NewProject();
        var queue = await client.QueueAsync(returnType);
        await client.FillAsync(queue, "1");
        var item = (await client.NextAsync(queue, "ada"))!.Value.Text("id");
        Assert.Equal("value", (await client.RefusedAsync($"{queue}/items/{item}/submit", QueueClient.Answer("ada", value))).Text("param"));
    }
}
