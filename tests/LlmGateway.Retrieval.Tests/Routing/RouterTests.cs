using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Service;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.Retrieval.Tests.Routing;

/// <summary>Routers of queries: what they learn, whom they ask, and who may use them.</summary>
public sealed class RouterTests(RouterFixture fixture) : IClassFixture<RouterFixture>
{
    private const string Path = RouterFixture.Path;
    private readonly RetrievalHost _host = fixture.Host;

    [Fact]
    public async Task A_router_learns_from_labelled_queries_and_says_how_often_it_is_right()
    {
        var router = await fixture.MakeAsync();
        var report = router.GetProperty("report");
        Assert.Equal((12, 0), (report.GetProperty("tested").GetInt32(), report.GetProperty("unanswered").GetInt32()));
        Assert.InRange(report.GetProperty("accuracy").GetDouble(), 0.9, 1);
        Assert.InRange(report.GetProperty("low").GetDouble(), 0.6, report.GetProperty("accuracy").GetDouble());
        Assert.Equal(1 / 3.0, report.GetProperty("baseline").GetDouble(), 6);
        Assert.Equal((4, 1), (report.GetProperty("by_label").GetProperty("orders").GetProperty("tested").GetInt32(), report.GetProperty("by_label").GetProperty("orders").GetProperty("recall").GetDouble()));

        var route = await fixture.RouteAsync(router, "How do I reset the scanner?");
        Assert.Equal(("retrieval.route", "manual", fixture.Store), (route.Text("object"), route.Text("label"), route.Text("vector_store_id")));
        Assert.Equal(1, route.GetProperty("probabilities").EnumerateObject().Sum(label => label.Value.GetDouble()), 1e-3);
        Assert.Equal(fixture.Source, (await fixture.RouteAsync(router, "Where is my order 77?")).Text("source_id"));
        var none = await fixture.RouteAsync(router, "Good morning dear assistant");
        Assert.Equal(["chat", "none", "none"], [none.Text("label"), .. new[] { "vector_store_id", "source_id" }.Select(member => none.TryGetProperty(member, out _) ? "some" : "none")]);
    }

    [Fact]
    public async Task The_same_examples_give_the_same_router()
    {
        var (one, other) = (await fixture.MakeAsync(), await fixture.MakeAsync());
        Assert.Equal(one.GetProperty("report").GetRawText(), other.GetProperty("report").GetRawText());
        const string query = "Is my order for a phone in the manual?";
        Assert.Equal((await fixture.RouteAsync(one, query)).GetRawText(), (await fixture.RouteAsync(other, query)).GetRawText());
    }

    [Fact]
    public async Task A_router_is_listed_shown_tested_again_and_deleted()
    {
        var router = await fixture.MakeAsync();
        var id = router.Text("id");
        Assert.Equal(router.GetRawText(), (await _host.Http.GetJsonAsync($"{Path}/{id}")).GetRawText());
        Assert.Equal(id, Assert.Single((await _host.Http.GetJsonAsync($"{Path}?limit=1")).GetProperty("data").EnumerateArray()).Text("id"));

        var evaluation = await _host.Http.PostJsonAsync($"{Path}/{id}/evaluate", new { examples = new Labelled[] { new("Where is my order 5?", "orders"), new("Where is my order 6?", "chat") } });
        Assert.Equal(("retrieval.router.evaluation", id), (evaluation.Text("object"), evaluation.Text("router_id")));
        var tested = evaluation.GetProperty("report");
        Assert.Equal((2, 0.5), (tested.GetProperty("tested").GetInt32(), tested.GetProperty("accuracy").GetDouble()));
        Assert.Equal(0, tested.GetProperty("by_label").GetProperty("chat").GetProperty("recall").GetDouble());
        Assert.Equal("examples[0].label", (await _host.Http.PostAsJsonAsync($"{Path}/{id}/evaluate", new { examples = new Labelled[] { new("a", "b") } }).RefusedAsync()).Param);

        (await _host.Http.DeleteAsync($"{Path}/{id}")).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.PostAsJsonAsync($"{Path}/{id}/route", new { query = "a" })).StatusCode);
    }

    [Fact]
    public async Task A_model_can_route_and_is_tested_too()
    {
        var answers = new Queue<string>(Enumerable.Repeat("""{"label":"orders"}""", 7).Append("""{"label":7}"""));
        _host.Others.Models.Script = new() { Say = _ => Next(answers) };
        var router = await _host.Http.PostJsonAsync(Path, new { name = "asked", model = "test/m", routes = fixture.Routes(), examples = RouterFixture.Examples().Take(6) });
        Assert.Equal(6, router.GetProperty("report").GetProperty("tested").GetInt32());
        Assert.Equal(1 / 3.0, router.GetProperty("report").GetProperty("accuracy").GetDouble(), 6);

        Assert.Equal(fixture.Source, (await fixture.RouteAsync(router, "Where is it?")).Text("source_id"));
        var sent = JsonElement.Parse(_host.Others.Models.Requests[^1].Body);
        Assert.Equal("Where is it?", sent.GetProperty("messages")[1].Text("content"));
        Assert.Contains("How devices work", sent.GetProperty("messages")[0].Text("content"), StringComparison.Ordinal);
        Assert.Equal("""["manual","orders","chat"]""", sent.GetProperty("response_format").GetProperty("json_schema").GetProperty("schema").GetProperty("properties").GetProperty("label").GetProperty("enum").GetRawText());

        var (status, message, _) = await _host.Http.PostAsJsonAsync($"{Path}/{router.Text("id")}/route", new { query = "Where?" }).RefusedAsync();
        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("named no route", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_away_or_not_allowed_makes_no_router()
    {
        var request = new { name = "asked", model = "test/m", routes = fixture.Routes(), examples = RouterFixture.Examples().Take(40) };
        _host.Others.Models.Script = new() { Status = 500 };
        var before = _host.Others.Models.Requests.Count;
        Assert.Equal(HttpStatusCode.BadGateway, (await _host.Http.PostAsJsonAsync(Path, request).RefusedAsync()).Status);
        Assert.InRange(_host.Others.Models.Requests.Count - before, 1, 8);
        Assert.Equal((HttpStatusCode.Forbidden, "model"), await _host.For("proj_a", Scopes.Data).PostAsJsonAsync(Path, request).RefusedAsync() is var refused ? (refused.Status, refused.Param) : default);
    }

    [Fact]
    public async Task Another_project_neither_sees_a_router_nor_routes_to_what_is_not_its_own()
    {
        var id = (await fixture.MakeAsync()).Text("id");
        var stranger = _host.For("proj_b");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"{Path}/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsJsonAsync($"{Path}/{id}/route", new { query = "a" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsJsonAsync($"{Path}/{id}/evaluate", new { examples = RouterFixture.Examples() })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.DeleteAsync($"{Path}/{id}")).StatusCode);
        Assert.Empty((await stranger.GetJsonAsync(Path)).GetProperty("data").EnumerateArray());
        Assert.Equal("routes[0].vector_store_id", (await stranger.PostAsJsonAsync(Path, new { name = "theirs", routes = fixture.Routes(), examples = RouterFixture.Examples() }).RefusedAsync()).Param);
        var own = await _host.CreateStoreAsync(client: stranger);
        Assert.Equal("routes[1].source_id", (await stranger.PostAsJsonAsync(Path, new { name = "theirs", routes = fixture.Routes(own), examples = RouterFixture.Examples() }).RefusedAsync()).Param);
    }

    [Fact]
    public async Task A_route_to_what_was_deleted_says_so_and_the_others_go_on()
    {
        var (store, source) = (await _host.CreateStoreAsync(), await fixture.MakeSourceAsync());
        var router = await fixture.MakeAsync(fixture.Routes(store, source));
        (await _host.Http.DeleteAsync($"/v1/vector_stores/{store}")).EnsureSuccessStatusCode();
        (await _host.Http.DeleteAsync($"/v1/retrieval/sources/{source}")).EnsureSuccessStatusCode();
        foreach (var (query, lost, field) in new[] { ("How do I reset the phone?", store, "vector_store_id"), ("Where is my order 7?", source, "source_id") })
        {
            var (status, message, param) = await _host.Http.PostAsJsonAsync($"{Path}/{router.Text("id")}/route", new { query }).RefusedAsync();
            Assert.Equal((HttpStatusCode.NotFound, field), (status, param));
            Assert.Contains(lost, message, StringComparison.Ordinal);
        }

        Assert.Equal("chat", (await fixture.RouteAsync(router, "Good evening dear assistant")).Text("label"));
    }

    [Fact]
    public async Task A_project_has_so_many_routers_and_a_classifier_so_many_bytes()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        await using var host = await RetrievalHost.StartAsync(await TestServers.CreateDatabaseAsync(), ("Retrieval:ProjectRouters", "1"), ("Retrieval:RouterBytes", "4194304"));
        object[] routes = [new { label = "manual" }, new { label = "orders" }, new { label = "chat" }];
        var request = new { name = "few", routes, examples = RouterFixture.Examples() };
        var id = (await host.Http.PostJsonAsync(Path, request)).Text("id");
        Assert.Equal("manual", (await host.Http.PostJsonAsync($"{Path}/{id}/route", new { query = "How do I reset the phone?" })).Text("label"));

        Assert.Equal((HttpStatusCode.BadRequest, "name"), await host.Http.PostAsJsonAsync(Path, request).RefusedAsync() is var refused ? (refused.Status, refused.Param) : default);
        await host.For("proj_b").PostJsonAsync(Path, request);
        (await host.Http.DeleteAsync($"{Path}/{id}")).EnsureSuccessStatusCode();
        await host.Http.PostJsonAsync(Path, request);
    }

    private static string Next(Queue<string> answers)
    {
        lock (answers)
        {
            return answers.Dequeue();
        }
    }
}
