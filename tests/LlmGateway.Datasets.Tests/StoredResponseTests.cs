using System.Net;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Service;
using LlmGateway.TestKit;

namespace LlmGateway.Datasets.Tests;

public sealed class StoredResponseTests : IDisposable
{
    private const string Streamed = """
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_s","object":"response","status":"in_progress","output":[]}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","sequence_number":1,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"hi"}

        event: response.completed
        data: {"type":"response.completed","sequence_number":2,"response":{"id":"resp_s","object":"response","status":"completed","output":[{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[],"logprobs":[]}]}]}}


        """;

    private readonly TempFolder _folder = new();
    private readonly Calls _calls = new("proj_a");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stored_response_is_the_answer_with_the_calls_metadata()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var frame = Respond("resp_1", with: record => record with { Metadata = new Dictionary<string, string> { ["k"] = "v" } });
        await host.StoreAsync(frame);

        foreach (var id in new[] { "resp_1", frame.Record.Id.ToString() })
        {
            var response = await host.For("proj_a").GetJsonAsync($"/v1/responses/{id}");
            Assert.Equal("resp_1", response.Text("id"));
            Assert.Equal("answer of resp_1", response.GetProperty("output")[0].GetProperty("content")[0].Text("text"));
            Assert.Equal("v", response.GetProperty("metadata").Text("k"));
        }
    }

    [Fact]
    public async Task A_streamed_response_is_shown_whole_and_as_the_events_that_were_sent()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(Respond("resp_s", with: record => record with { Streamed = true }, answer: Streamed));
        var client = host.For("proj_a");

        Assert.Equal("completed", (await client.GetJsonAsync("/v1/responses/resp_s")).Text("status"));
        Assert.Equal(Streamed, await client.GetStringAsync("/v1/responses/resp_s?stream=true"));
        var rest = await client.GetStringAsync("/v1/responses/resp_s?stream=true&starting_after=1");
        Assert.StartsWith("event: response.completed\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_response_is_replayed_as_events()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(Respond("resp_1"));

        using var response = await host.For("proj_a").GetAsync("/v1/responses/resp_1?stream=true");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        Assert.StartsWith("event: response.created\n", text, StringComparison.Ordinal);
        Assert.Contains("\"delta\":\"answer of resp_1\"", text, StringComparison.Ordinal);
        Assert.Contains("event: response.completed\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_items_are_complete_and_come_in_pages_newest_first()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(Respond("resp_1", """
            {"model":"fast","input":[
                {"role":"user","content":"one"},
                {"role":"assistant","content":"two"},
                {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
                {"type":"function_call_output","call_id":"c","output":"3"},
                {"id":"msg_own","type":"message","role":"user","status":"completed","content":[{"type":"input_image","image_url":"data:x"}]}]}
            """));
        var client = host.For("proj_a");

        var first = await client.GetJsonAsync("/v1/responses/resp_1/input_items?limit=2");
        Assert.True(first.GetProperty("has_more").GetBoolean());
        Assert.Equal("msg_own", first.Text("first_id"));
        Assert.Equal("auto", first.GetProperty("data")[0].GetProperty("content")[0].Text("detail"));
        var rest = await client.GetJsonAsync($"/v1/responses/resp_1/input_items?after={first.Text("last_id")}");
        Assert.False(rest.GetProperty("has_more").GetBoolean());
        var (call, answer, question) = (rest.GetProperty("data")[0], rest.GetProperty("data")[1], rest.GetProperty("data")[2]);
        Assert.Equal("completed", call.Text("status"));
        Assert.StartsWith("fc_", call.Text("id"), StringComparison.Ordinal);
        Assert.Equal("output_text", answer.GetProperty("content")[0].Text("type"));
        Assert.Equal(("message", "input_text"), (question.Text("type"), question.GetProperty("content")[0].Text("type")));
        Assert.Equal(first.Ids().Concat(rest.Ids()).Reverse(), (await client.GetJsonAsync("/v1/responses/resp_1/input_items?order=asc")).Ids());
    }

    [Fact]
    public async Task The_turns_that_a_provider_remembered_are_part_of_the_input()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(
            Respond("resp_1", """{"model":"fast","input":"first"}"""),
            Respond("resp_2", """{"model":"fast","input":"second","previous_response_id":"resp_1"}"""),
            Respond("resp_3", """{"model":"fast","input":"third","previous_response_id":"resp_2"}"""));

        var items = await host.For("proj_a").GetJsonAsync("/v1/responses/resp_3/input_items?order=asc");
        Assert.Equal(["first", "answer of resp_1", "second", "answer of resp_2", "third"], Texts(items.GetProperty("data")));

        var turns = await For(host, "proj_a").GetJsonAsync("/internal/responses/resp_3");
        Assert.Equal("openai", turns.Text("provider"));
        Assert.Equal(6, turns.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_provider_that_names_all_its_answers_alike_leads_nowhere_in_a_circle()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(
            Respond("resp_x", """{"model":"fast","input":"first"}"""),
            Respond("resp_x", """{"model":"fast","input":"second","previous_response_id":"resp_x"}"""),
            Respond("resp_x", """{"model":"fast","input":"third","previous_response_id":"resp_x"}"""));

        var items = await host.For("proj_a").GetJsonAsync("/v1/responses/resp_x/input_items?order=asc");
        Assert.Equal(["first", "answer of resp_x", "second", "answer of resp_x", "third"], Texts(items.GetProperty("data")));
    }

    [Fact]
    public async Task A_conversation_of_too_many_turns_is_not_told()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync([.. Enumerable.Range(0, 202).Select(turn =>
            Respond($"resp_{turn}", turn == 0 ? """{"model":"fast","input":"hi"}""" : $$"""{"model":"fast","input":"hi","previous_response_id":"resp_{{turn - 1}}"}"""))]);

        var turns = await For(host, "proj_a").GetJsonAsync("/internal/responses/resp_201");
        Assert.True(turns.GetProperty("is_too_long").GetBoolean());
        Assert.False(turns.TryGetProperty("items", out _));
        Assert.True((await For(host, "proj_a").GetJsonAsync("/internal/responses/resp_199")).TryGetProperty("items", out _));
    }

    [Fact]
    public async Task The_messages_of_a_managed_prompt_are_no_part_of_what_is_continued()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(Respond(
            "resp_1",
            """{"model":"fast","input":[{"role":"system","content":"be brief"},{"role":"user","content":"own"}]}""",
            record => record with { Prompt = new InferencePrompt("p", 1, null, null) { Messages = 1 } }));

        Assert.Equal(2, (await host.For("proj_a").GetJsonAsync("/v1/responses/resp_1/input_items")).GetProperty("data").GetArrayLength());
        var items = (await For(host, "proj_a").GetJsonAsync("/internal/responses/resp_1")).GetProperty("items");
        Assert.Equal(["own", "answer of resp_1"], Texts(items));
    }

    [Fact]
    public async Task Deleting_forgets_every_call_of_the_id_and_keeps_their_account()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var first = Respond("resp_1");
        await host.StoreAsync(first, Respond("resp_1", with: record => record with { Cache = CacheResult.Hit }));
        var client = host.For("proj_a");

        var deleted = await (await client.DeleteAsync("/v1/responses/resp_1")).JsonAsync();
        Assert.Equal(("resp_1", "response", true), (deleted.Text("id"), deleted.Text("object"), deleted.GetProperty("deleted").GetBoolean()));

        foreach (var path in new[] { "/v1/responses/resp_1", "/v1/responses/resp_1/input_items", $"/v1/responses/{first.Record.Id}" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync("/v1/responses/resp_1")).StatusCode);
        var kept = await client.GetJsonAsync($"/v1/inferences/{first.Record.Id}");
        Assert.False(kept.GetProperty("bodies_kept").GetBoolean());
        Assert.Equal(10, kept.GetProperty("input_tokens").GetInt64());
        Assert.Equal(HttpStatusCode.NotFound, (await For(host, "proj_a").GetAsync("/internal/responses/resp_1")).StatusCode);
    }

    [Fact]
    public async Task Another_projects_response_is_unknown()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(Respond("resp_1"));
        var other = host.For("proj_b");

        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync("/v1/responses/resp_1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync("/v1/responses/resp_1/input_items")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync("/v1/responses/resp_1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync("/v1/responses/resp_1/cancel", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await For(host, "proj_b").GetAsync("/internal/responses/resp_1")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.For("proj_a").GetAsync("/v1/responses/resp_1")).StatusCode);
    }

    [Fact]
    public async Task A_response_that_arrives_a_moment_later_is_found()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var reading = host.For("proj_a").GetJsonAsync("/v1/responses/resp_late");
        await host.StoreAsync(Respond("resp_late"));
        Assert.Equal("resp_late", (await reading).Text("id"));
    }

    [Fact]
    public async Task A_response_that_was_not_to_be_stored_is_known_by_its_provider_alone()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(Respond("resp_1", with: record => record with { BodiesKept = false }));

        Assert.Equal(HttpStatusCode.NotFound, (await host.For("proj_a").GetAsync("/v1/responses/resp_1")).StatusCode);
        var turns = await For(host, "proj_a").GetJsonAsync("/internal/responses/resp_1");
        Assert.Equal("openai", turns.Text("provider"));
        Assert.False(turns.TryGetProperty("items", out _));
    }

    [Theory]
    [InlineData("?stream=maybe", "stream")]
    [InlineData("?starting_after=x", "starting_after")]
    [InlineData("/input_items?limit=0", "limit")]
    [InlineData("/input_items?order=up", "order")]
    [InlineData("/input_items?after=nothing", "after")]
    public async Task A_malformed_query_is_refused_by_its_name(string query, string param)
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(Respond("resp_1"));

        using var response = await host.For("proj_a").GetAsync($"/v1/responses/resp_1{query}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(param, (await response.JsonAsync()).GetProperty("error").Text("param"));
    }

    [Fact]
    public async Task A_response_that_is_done_cannot_be_cancelled()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(Respond("resp_1"));

        using var response = await host.For("proj_a").PostAsync("/v1/responses/resp_1/cancel", null);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("Cannot cancel a synchronous response.", (await response.JsonAsync()).GetProperty("error").Text("message"));
    }

    private InferenceFrame Respond(
        string id, string request = """{"model":"fast","input":"hello"}""", Func<InferenceRecord, InferenceRecord>? with = null, string? answer = null) => _calls.Chat(
            id,
            record => with?.Invoke(record with { Operation = "responses" }) ?? record with { Operation = "responses" },
            request,
            answer ?? $$"""{"id":"{{id}}","object":"response","status":"completed","metadata":{},"output":[{"type":"message","id":"msg_{{id}}","status":"completed","role":"assistant","content":[{"type":"output_text","text":"answer of {{id}}","annotations":[],"logprobs":[]}]}]}""");

    private static HttpClient For(DatasetsHost host, string project) => host.For(project, Scopes.Internal);

    private static IEnumerable<string?> Texts(System.Text.Json.JsonElement items) => items.EnumerateArray().Select(item =>
        item.GetProperty("content") is { ValueKind: System.Text.Json.JsonValueKind.String } text ? text.GetString() : item.GetProperty("content")[0].Text("text"));
}
