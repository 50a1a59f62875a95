using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Gateway.Background;
using LlmGateway.Gateway.Tests.Batches;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Tests.Background;

public sealed class BackgroundTests
{
    private const string Responses = "/v1/responses";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_response_is_queued_at_once_and_made_by_exactly_one_call()
    {
        await using var host = await StartAsync();
        var release = new TaskCompletionSource();
        host.Upstream.Script = new UpstreamScript { BeforeHeaders = token => release.Task.WaitAsync(token) };
        using var response = await host.Http.PostAsJsonAsync(
            Responses,
            new { model = "test/gpt", input = "hi", background = true, instructions = "be brief", metadata = new { topic = "foxes" } },
            Cancel);
        Assert.False(response.Headers.Contains("x-llmgateway-inference-id"), "It names a call that is not made.");
        var queued = await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        var id = queued.GetProperty("id").GetString()!;
        Assert.Equal(("queued", true, "be brief"), (Status(queued), queued.GetProperty("background").GetBoolean(), queued.GetProperty("instructions").GetString()));
        Assert.Equal(0, queued.GetProperty("output").GetArrayLength());
        await UntilAsync(host, id, "in_progress");
        release.SetResult();

        var done = await UntilAsync(host, id, "completed");
        Assert.Equal((id, true, "foxes"), (done.GetProperty("id").GetString(), done.GetProperty("background").GetBoolean(), done.GetProperty("metadata").GetProperty("topic").GetString()));
        Assert.Equal(queued.GetProperty("created_at").GetInt64(), done.GetProperty("created_at").GetInt64());
        Assert.Equal(host.Upstream.Script.Text, Text(done));
        var sent = Assert.Single(host.Upstream.Requests).Json;
        Assert.False(sent.TryGetProperty("background", out _), sent.ToString());

        var call = Assert.Single((await LoggedAsync(host, 1)).EnumerateArray());
        Assert.Equal(("background", "responses"), (call.GetProperty("purpose").GetString(), call.GetProperty("operation").GetString()));
        Assert.Equal(Guid.ParseExact(id["resp_bg_".Length..], "N"), call.GetProperty("parent_id").GetGuid());
        await host.InStoreAsync(async store => Assert.Null((await store.BackgroundBodies.SingleAsync(Cancel)).Request));
    }

    [Fact]
    public async Task Cancelling_closes_the_call_and_may_be_repeated()
    {
        await using var host = await StartAsync();
        host.Upstream.Enqueue(new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders });
        var id = await QueueAsync(host);
        await Eventually.TrueAsync(() => host.Upstream.Requests.Count == 1, "the call", cancellationToken: Cancel);
        var (status, cancelled) = await BatchHost.PostAsync(host.Http, $"{Responses}/{id}/cancel");
        Assert.Equal((200, "cancelled"), (status, Status(cancelled)));
        await Eventually.TrueAsync(() => host.Upstream.Requests[0].IsAborted, "the call to be closed", cancellationToken: Cancel);
        (status, cancelled) = await BatchHost.PostAsync(host.Http, $"{Responses}/{id}/cancel");
        Assert.Equal((200, "cancelled"), (status, Status(cancelled)));

        // What is done stays as it is.
        var done = await QueueAsync(host);
        await UntilAsync(host, done, "completed");
        (status, var shown) = await BatchHost.PostAsync(host.Http, $"{Responses}/{done}/cancel");
        Assert.Equal((200, "completed", host.Upstream.Script.Text), (status, Status(shown), Text(shown)));
        Assert.Equal("cancelled", Status(await host.Http.GetFromJsonAsync<JsonElement>($"{Responses}/{id}", Cancel)));
        Assert.Equal(2, host.Upstream.Requests.Count);
        await LoggedAsync(host, 2);
    }

    [Fact]
    public async Task Deleting_stops_what_is_under_way_and_forgets_what_is_done()
    {
        await using var host = await StartAsync();
        host.Upstream.Enqueue(new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders });
        var running = await QueueAsync(host);
        await Eventually.TrueAsync(() => host.Upstream.Requests.Count == 1, "the call", cancellationToken: Cancel);
        await DeleteAsync(host, running);
        await Eventually.TrueAsync(() => host.Upstream.Requests[0].IsAborted, "the call to be closed", cancellationToken: Cancel);

        var done = await QueueAsync(host);
        await UntilAsync(host, done, "completed");
        var call = Guid.Empty;
        await host.InStoreAsync(async store => call = (await store.BackgroundResponses.SingleAsync(row => row.Id == done, Cancel)).CallId!.Value);
        await DeleteAsync(host, done);
        using var logged = await host.Http.GetAsync($"{Responses}/{call}", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, logged.StatusCode);
        await host.InStoreAsync(async store => Assert.False(await store.BackgroundBodies.AnyAsync(Cancel)));
    }

    [Fact]
    public async Task Another_project_knows_nothing_of_it()
    {
        await using var host = await StartAsync();
        var id = await QueueAsync(host);
        await UntilAsync(host, id, "completed");
        var (_, project) = await BatchHost.PostAsync(host.Http, "/v1/projects", new { name = "stranger" });
        var (_, key) = await BatchHost.PostAsync(host.Http, "/v1/keys", new { project_id = project.GetProperty("id").GetString(), scopes = new[] { "inference", "data" } });
        using var stranger = host.ClientOf(key.GetProperty("key").GetString()!);
        foreach (var (method, path) in new[] { ("GET", id), ("GET", $"{id}/input_items"), ("POST", $"{id}/cancel"), ("DELETE", id) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"{Responses}/{path}");
            using var response = await stranger.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        Assert.Equal((400, "previous_response_not_found"), await RefusedAsync(stranger, new { model = "test/gpt", input = "x", previous_response_id = id }));
        await UntilAsync(host, id, "completed");
    }

    [Fact]
    public async Task What_may_pass_is_tried_again_and_what_may_not_fails_with_its_reason()
    {
        await using var host = await StartAsync(("Gateway:Background:MaxAttempts", "3"));
        host.Upstream.Enqueue(new UpstreamScript { Status = 429 }, new UpstreamScript { Status = 503 }, new UpstreamScript());
        await UntilAsync(host, await QueueAsync(host), "completed");
        Assert.Equal(3, host.Upstream.Requests.Count);

        host.Upstream.Enqueue(new UpstreamScript { Status = 400, Body = """{"error":{"message":"not so","type":"invalid_request_error","param":null,"code":"bad_idea"}}""" });
        var failed = await UntilAsync(host, await QueueAsync(host), "failed");
        Assert.Equal(("server_error", "not so (bad_idea)"), (failed.GetProperty("error").GetProperty("code").GetString(), failed.GetProperty("error").GetProperty("message").GetString()));

        host.Upstream.Enqueue([.. Enumerable.Repeat(new UpstreamScript { Status = 503 }, 3)]);
        await UntilAsync(host, await QueueAsync(host), "failed");
        Assert.Equal(7, host.Upstream.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_was_cut_is_incomplete()
    {
        await using var host = await StartAsync();
        host.Upstream.Script = new UpstreamScript
        {
            Body = """{"id":"resp_cut","object":"response","created_at":1,"status":"incomplete","error":null,"incomplete_details":{"reason":"max_output_tokens"},"model":"gpt","output":[]}""",
        };
        var cut = await UntilAsync(host, await QueueAsync(host), "incomplete");
        Assert.Equal("max_output_tokens", cut.GetProperty("incomplete_details").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task One_that_takes_too_long_is_given_up()
    {
        await using var host = await StartAsync();
        host.Upstream.Enqueue(new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders });
        var id = await QueueAsync(host);
        await Eventually.TrueAsync(() => host.Upstream.Requests.Count == 1, "the call", cancellationToken: Cancel);
        await host.InStoreAsync(store => store.BackgroundResponses.ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, row => row.CreatedAt), Cancel));
        var failed = await UntilAsync(host, id, "failed");
        Assert.Contains("response_expired", failed.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => host.Upstream.Requests[0].IsAborted, "the call to be closed", cancellationToken: Cancel);
        await host.InStoreAsync(store => Eventually.TrueAsync(
            async token => (await store.BackgroundBodies.AsNoTracking().SingleAsync(token)).Request is null, "the request to go", cancellationToken: Cancel));
    }

    [Fact]
    public async Task One_that_ended_long_ago_is_forgotten()
    {
        await using var host = await StartAsync();
        var id = await QueueAsync(host);
        await UntilAsync(host, id, "completed");
        await host.InStoreAsync(store => store.BackgroundResponses.ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, 1), Cancel));
        await Eventually.TrueAsync(
            async token =>
            {
                using var response = await host.Http.GetAsync($"{Responses}/{id}", token);
                return response.StatusCode == HttpStatusCode.NotFound;
            },
            "it to be forgotten", cancellationToken: Cancel);
    }

    [Fact]
    public async Task An_end_that_is_written_is_never_written_over()
    {
        await using var host = await StartAsync();
        var release = new TaskCompletionSource();
        host.Upstream.Script = new UpstreamScript { BeforeHeaders = _ => release.Task };
        var id = await QueueAsync(host);
        await Eventually.TrueAsync(() => host.Upstream.Requests.Count == 1, "the call", cancellationToken: Cancel);

        // As another gateway does that took it over and was faster.
        await host.InStoreAsync(async store =>
        {
            await store.BackgroundBodies.ExecuteUpdateAsync(set => set.SetProperty(body => body.Resource, "{\"status\":\"completed\",\"by\":\"another\"}"u8.ToArray()), Cancel);
            await store.BackgroundResponses.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, BackgroundStatus.Completed).SetProperty(row => row.Fence, row => row.Fence + 1), Cancel);
        });
        release.SetResult();
        await LoggedAsync(host, 1);
        await Eventually.TrueAsync(() => host.Upstream.Requests[0].IsFinished, "the call's end", cancellationToken: Cancel);
        Assert.Equal("another", (await host.Http.GetFromJsonAsync<JsonElement>($"{Responses}/{id}", Cancel)).GetProperty("by").GetString());
    }

    [Fact]
    public async Task A_revoked_key_makes_no_more_calls()
    {
        await using var host = await StartAsync();
        var (_, key) = await BatchHost.PostAsync(host.Http, "/v1/keys", new { scopes = new[] { "inference" } });
        using var client = host.ClientOf(key.GetProperty("key").GetString()!);
        var gone = new TaskCompletionSource();
        host.Upstream.Enqueue(new UpstreamScript { Status = 503, BeforeHeaders = token => gone.Task.WaitAsync(token) });
        var id = await QueueAsync(host, client: client);
        await Eventually.TrueAsync(() => host.Upstream.Requests.Count == 1, "the call", cancellationToken: Cancel);
        using var revoked = await host.Http.DeleteAsync($"/v1/keys/{key.GetProperty("id").GetString()}", Cancel);
        Assert.True(revoked.IsSuccessStatusCode);
        gone.SetResult();
        var failed = await UntilAsync(host, id, "failed");
        Assert.Contains("invalid_api_key", failed.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(host.Upstream.Requests);
    }

    [Fact]
    public async Task A_project_has_so_many_open_at_once_and_no_more()
    {
        await using var host = await StartAsync(("Gateway:Background:MaxOpenPerProject", "2"), ("Gateway:Background:Leases:Workers", "1"));
        host.Upstream.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        var first = await QueueAsync(host);
        var second = await QueueAsync(host);
        Assert.Equal((429, "too_many_background_responses"), await RefusedAsync(host.Http, Request()));
        await Eventually.TrueAsync(() => host.Upstream.Requests.Count == 1, "the call", cancellationToken: Cancel);
        Assert.Equal("queued", Status(await host.Http.GetFromJsonAsync<JsonElement>($"{Responses}/{second}", Cancel)));
        host.Upstream.Script = new UpstreamScript();
        await BatchHost.PostAsync(host.Http, $"{Responses}/{first}/cancel");
        await UntilAsync(host, second, "completed");
    }

    [Fact]
    public async Task What_cannot_be_is_refused_at_once_by_its_name()
    {
        await using var host = await StartAsync();
        await AssertRefusedAsync(new { model = "test/gpt", input = "x", background = true, stream = true }, 400, "stream");
        await AssertRefusedAsync(new { model = "test/gpt", input = "x", background = true, store = false }, 400, "store");
        await AssertRefusedAsync(new { model = "nobody/none", input = "x", background = true }, 404, "model");
        await AssertRefusedAsync(new { model = "prompt/none", input = "x", background = true }, 404, "model");
        await AssertRefusedAsync(new { model = "test/gpt", input = "x", background = true, previous_response_id = "resp_none" }, 400, "previous_response_id");
        await AssertRefusedAsync(new { model = "test/gpt", input = "x", background = true, previous_response_id = "resp_bg_none" }, 400, "previous_response_id");
        var (_, project) = await BatchHost.PostAsync(host.Http, "/v1/projects", new { name = "private", log_bodies = false });
        var (_, key) = await BatchHost.PostAsync(host.Http, "/v1/keys", new { project_id = project.GetProperty("id").GetString(), scopes = new[] { "inference" } });
        using var client = host.ClientOf(key.GetProperty("key").GetString()!);
        Assert.Equal(400, (await RefusedAsync(client, Request())).Status);
        Assert.Empty(host.Upstream.Requests);
        await host.InStoreAsync(async store => Assert.False(await store.BackgroundResponses.AnyAsync(Cancel)));
        using var unknown = await host.Http.PostAsync($"{Responses}/resp_bg_{Guid.CreateVersion7():N}/cancel", null, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        async Task AssertRefusedAsync(object request, int status, string param)
        {
            var (actual, error) = await BatchHost.PostAsync(host.Http, Responses, request);
            Assert.True((status, param) == (actual, error.GetProperty("error").GetProperty("param").GetString()), $"{actual} {error}");
        }
    }

    [Fact]
    public async Task A_completed_one_is_continued_by_its_id_and_shows_its_input_and_events()
    {
        await using var host = await StartAsync();
        var release = new TaskCompletionSource();
        host.Upstream.Script = new UpstreamScript { BeforeHeaders = token => release.Task.WaitAsync(token) };
        var id = await QueueAsync(host);
        var next = new { model = "test/gpt", input = "second", previous_response_id = id };
        Assert.Equal((400, "previous_response_not_completed"), await RefusedAsync(host.Http, next));
        using (var early = await host.Http.GetAsync($"{Responses}/{id}?stream=true", Cancel))
        {
            Assert.Equal(HttpStatusCode.BadRequest, early.StatusCode);
        }

        release.SetResult();
        var done = await UntilAsync(host, id, "completed");
        var (status, answer) = await BatchHost.PostAsync(host.Http, Responses, next);
        Assert.True(status == 200, answer.ToString());
        var input = host.Upstream.Requests[^1].Json.GetProperty("input");
        Assert.Equal(3, input.GetArrayLength());
        Assert.Equal("second", input[2].GetProperty("content").GetString());

        var inBackground = await UntilAsync(host, await QueueAsync(host, previous: id), "completed");
        Assert.Equal(id, inBackground.GetProperty("previous_response_id").GetString());

        var items = await host.Http.GetFromJsonAsync<JsonElement>($"{Responses}/{id}/input_items", Cancel);
        Assert.Equal("hi", Assert.Single(items.GetProperty("data").EnumerateArray()).GetProperty("content")[0].GetProperty("text").GetString());
        var events = await host.Http.GetStringAsync($"{Responses}/{id}?stream=true", Cancel);
        Assert.StartsWith("event: response.created\n", events, StringComparison.Ordinal);
        Assert.Contains(Text(done), events, StringComparison.Ordinal);
        var rest = await host.Http.GetStringAsync($"{Responses}/{id}?stream=true&starting_after=0", Cancel);
        Assert.StartsWith("event: response.in_progress\n", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_that_mean_something_to_the_call_go_with_it()
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Responses) { Content = JsonContent.Create(Request()) };
        request.Headers.Add("x-llmgateway-metadata-team", "blue");
        request.Headers.Add("x-llmgateway-episode-id", "e1");
        request.Headers.Add("OpenAI-Beta", "b1");
        using var response = await host.Http.SendAsync(request, Cancel);
        var id = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        var done = await UntilAsync(host, id, "completed");
        Assert.Equal("blue", done.GetProperty("metadata").GetProperty("team").GetString());
        Assert.Equal("b1", Assert.Single(host.Upstream.Requests).Headers["OpenAI-Beta"]);
        var call = Assert.Single((await LoggedAsync(host, 1)).EnumerateArray());
        Assert.Equal(("e1", "blue"), (call.GetProperty("episode_id").GetString(), call.GetProperty("metadata").GetProperty("team").GetString()));
    }

    [Fact]
    public async Task A_previous_response_that_was_made_just_now_is_found_and_one_that_nobody_made_is_refused()
    {
        await using var host = await StartAsync();
        Assert.Equal((400, "previous_response_not_found"), await RefusedAsync(host.Http, new { model = "test/gpt", input = "x", previous_response_id = "resp_nobody" }));
        var (_, made) = await BatchHost.PostAsync(host.Http, Responses, new { model = "test/gpt", input = "first" });
        var (status, answer) = await BatchHost.PostAsync(host.Http, Responses, new { model = "test/gpt", input = "second", previous_response_id = made.GetProperty("id").GetString() });
        Assert.True(status == 200, answer.ToString());
    }

    private static Task<BatchHost> StartAsync(params (string Key, string? Value)[] settings) => BatchHost.StartAsync(
    [
        ("Gateway:Background:RetryPause", "00:00:00.010"), ("Gateway:Background:Leases:Sweep", "00:00:00.050"), .. settings,
    ]);

    private static object Request(string model = "test/gpt") => new { model, input = "hi", background = true };

    private static async Task<string> QueueAsync(BatchHost host, string model = "test/gpt", HttpClient? client = null, string? previous = null)
    {
        var request = previous is null ? Request(model) : new { model, input = "again", background = true, previous_response_id = previous };
        var (status, queued) = await BatchHost.PostAsync(client ?? host.Http, Responses, request);
        Assert.True(status == 200 && Status(queued) == "queued", queued.ToString());
        return queued.GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> UntilAsync(BatchHost host, string id, string status)
    {
        JsonElement response = default;
        await Eventually.TrueAsync(
            async token =>
            {
                response = await host.Http.GetFromJsonAsync<JsonElement>($"{Responses}/{id}", token);
                return Status(response) == status || Status(response) is not ("queued" or "in_progress");
            },
            status, Deadline, Cancel);
        Assert.True(status == Status(response), response.ToString());
        return response;
    }

    /// <summary>The calls of the background in the log, once there are so many.</summary>
    private static async Task<JsonElement> LoggedAsync(BatchHost host, int count)
    {
        JsonElement calls = default;
        await Eventually.TrueAsync(
            async token => (calls = (await host.Http.GetFromJsonAsync<JsonElement>("/v1/inferences?purpose=background", token)).GetProperty("data")).GetArrayLength() >= count,
            "the calls in the log", Deadline, Cancel);
        Assert.Equal(count, calls.GetArrayLength());
        return calls;
    }

    private static async Task DeleteAsync(BatchHost host, string id)
    {
        using var deleted = await host.Http.DeleteAsync($"{Responses}/{id}", Cancel);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(id, (await deleted.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString());
        using var gone = await host.Http.GetAsync($"{Responses}/{id}", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    private static async Task<(int Status, string? Code)> RefusedAsync(HttpClient client, object request)
    {
        var (status, body) = await BatchHost.PostAsync(client, Responses, request);
        return (status, body.GetProperty("error").GetProperty("code").GetString());
    }

    private static string? Status(JsonElement response) => response.GetProperty("status").GetString();

    private static string Text(JsonElement response) => response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;
}
