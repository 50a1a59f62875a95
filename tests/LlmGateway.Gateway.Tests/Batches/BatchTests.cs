using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Tests.Batches;

public sealed class BatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_request_ends_in_the_output_or_in_the_error_file()
    {
        await using var host = await BatchHost.StartAsync();
        var batch = await host.UntilEndedAsync(await host.CreateAsync([BatchHost.Line("good"), "", BatchHost.Line("bad", "nobody/none"), BatchHost.Line("too")]), "completed");

        var counts = batch.GetProperty("request_counts");
        Assert.Equal((3, 2, 1), (counts.GetProperty("total").GetInt32(), counts.GetProperty("completed").GetInt32(), counts.GetProperty("failed").GetInt32()));
        Assert.Equal((22, 14), (batch.GetProperty("usage").GetProperty("input_tokens").GetInt32(), batch.GetProperty("usage").GetProperty("output_tokens").GetInt32()));
        var output = await host.ReadAsync(batch, "output");
        Assert.Equal(["good", "too"], output.Keys.Order());
        Assert.Equal(200, output["good"].GetProperty("response").GetProperty("status_code").GetInt32());
        Assert.Equal(JsonValueKind.Null, output["good"].GetProperty("error").ValueKind);
        Assert.Equal("chat.completion", output["good"].GetProperty("response").GetProperty("body").GetProperty("object").GetString());
        var (id, error) = Assert.Single(await host.ReadAsync(batch, "error"));
        Assert.Equal(("bad", 404), (id, error.GetProperty("response").GetProperty("status_code").GetInt32()));
        Assert.Equal("model_not_found", error.GetProperty("response").GetProperty("body").GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(3, output.Values.Append(error).Select(line => line.GetProperty("id").GetString()).Distinct().Count());

        // The files have the results now; nothing is kept twice.
        await host.InStoreAsync(store => Eventually.TrueAsync(async token => !await store.BatchResults.AnyAsync(token), "the results to go", cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_file_with_bad_lines_fails_with_their_numbers_and_calls_nothing()
    {
        await using var host = await BatchHost.StartAsync(("Gateway:Batches:MaxRequests", "2"));
        var id = await host.CreateAsync(
        [
            BatchHost.Line("a"), "not json", BatchHost.Line("a"), BatchHost.Line("b", url: "/v1/embeddings"), """{"custom_id":"c"}""",
            BatchHost.Line("d", more: ""","stream":true"""), BatchHost.Line("e"), BatchHost.Line("f"),
        ]);
        var batch = await host.UntilEndedAsync(id, "failed");
        var errors = batch.GetProperty("errors").GetProperty("data").EnumerateArray()
            .Select(error => (error.GetProperty("line").GetInt32(), error.GetProperty("code").GetString(), error.GetProperty("param").GetString()));
        Assert.Equal<(int, string?, string?)>(
            [
                (2, "invalid_json_line", null), (3, "duplicate_custom_id", "custom_id"), (4, "mismatched_url", "url"), (5, "missing_required_parameter", "method"),
                (6, "stream_not_supported", "body.stream"), (8, "too_many_requests", null),
            ],
            errors);
        Assert.Empty(host.Upstream.Requests);
        Assert.False(batch.TryGetProperty("output_file_id", out _) || batch.TryGetProperty("error_file_id", out _));
    }

    [Fact]
    public async Task What_may_pass_is_tried_again_and_what_may_not_is_not()
    {
        await using var host = await BatchHost.StartAsync(("Gateway:Batches:Concurrency", "1"), ("Gateway:Batches:MaxAttempts", "3"));
        var limited = new UpstreamScript { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "1" } };
        var noQuota = new UpstreamScript { Status = 429, Body = """{"error":{"message":"no","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""" };
        var away = new UpstreamScript { Status = 503 };
        host.Upstream.Enqueue(limited, away, new UpstreamScript(), noQuota, away, away, away);
        var batch = await host.UntilEndedAsync(await host.CreateAsync([BatchHost.Line("waits"), BatchHost.Line("broke"), BatchHost.Line("away")]), "completed");

        Assert.Equal(["waits"], (await host.ReadAsync(batch, "output")).Keys);
        var errors = await host.ReadAsync(batch, "error");
        Assert.Equal(["away", "broke"], errors.Keys.Order());
        Assert.Equal((429, 503), (Status(errors["broke"]), Status(errors["away"])));
        Assert.Equal(["waits", "waits", "waits", "broke", "away", "away", "away"], host.Upstream.Requests.Select(Content));
        Assert.True(host.Upstream.Requests[1].ReceivedAt - host.Upstream.Requests[0].ReceivedAt > TimeSpan.FromSeconds(0.9), "It does not wait as long as it is asked to.");

        static int Status(JsonElement line) => line.GetProperty("response").GetProperty("status_code").GetInt32();
    }

    [Fact]
    public async Task A_batch_whose_window_ends_expires_and_tells_what_it_did_not_do()
    {
        await using var host = await BatchHost.StartAsync(("Gateway:Batches:Concurrency", "1"));
        host.Upstream.Enqueue(new UpstreamScript(), new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders });
        var id = await host.CreateAsync([BatchHost.Line("a"), BatchHost.Line("b"), BatchHost.Line("c")]);
        await Eventually.TrueAsync(() => host.Upstream.Requests.Count == 2, "the second call", cancellationToken: Cancel);
        await host.InStoreAsync(store => store.Batches.ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpiresAt, row => row.CreatedAt), Cancel));

        var batch = await host.UntilEndedAsync(id, "expired");
        Assert.Equal(["a"], (await host.ReadAsync(batch, "output")).Keys);
        var errors = await host.ReadAsync(batch, "error");
        Assert.Equal(["b", "c"], errors.Keys.Order());
        Assert.All(errors.Values, error => Assert.Equal("batch_expired", error.GetProperty("error").GetProperty("code").GetString()));
        await Eventually.TrueAsync(() => host.Upstream.Requests[1].IsAborted, "the call to be ended", cancellationToken: Cancel);
        Assert.Equal(2, host.Upstream.Requests.Count);
    }

    [Fact]
    public async Task A_cancelled_batch_ends_its_calls_and_writes_what_is_done()
    {
        await using var host = await BatchHost.StartAsync(("Gateway:Batches:Concurrency", "1"));
        host.Upstream.Enqueue(new UpstreamScript(), new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders });
        var id = await host.CreateAsync([BatchHost.Line("a"), BatchHost.Line("b"), BatchHost.Line("c")]);
        await Eventually.TrueAsync(() => host.Upstream.Requests.Count == 2, "the second call", cancellationToken: Cancel);
        var (status, cancelled) = await BatchHost.PostAsync(host.Http, $"/v1/batches/{id}/cancel");
        Assert.Equal((200, "cancelling"), (status, cancelled.GetProperty("status").GetString()));

        var batch = await host.UntilEndedAsync(id, "cancelled");
        Assert.True(batch.GetProperty("cancelled_at").GetInt64() - batch.GetProperty("cancelling_at").GetInt64() <= 5, batch.ToString());
        Assert.Equal(["a"], (await host.ReadAsync(batch, "output")).Keys);
        Assert.All((await host.ReadAsync(batch, "error")).Values, error => Assert.Equal("batch_cancelled", error.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(2, host.Upstream.Requests.Count);
        (status, _) = await BatchHost.PostAsync(host.Http, $"/v1/batches/{id}/cancel");
        Assert.Equal(200, status);

        var done = await host.CreateAsync([BatchHost.Line("d")]);
        await host.UntilEndedAsync(done, "completed");
        (status, var error) = await BatchHost.PostAsync(host.Http, $"/v1/batches/{done}/cancel");
        Assert.Equal((409, "batch_not_cancellable"), (status, error.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_revoked_key_stops_its_batch()
    {
        await using var host = await BatchHost.StartAsync(("Gateway:Batches:Concurrency", "1"));
        var (_, key) = await BatchHost.PostAsync(host.Http, "/v1/keys", new { scopes = new[] { "inference", "data" } });
        using var client = host.ClientOf(key.GetProperty("key").GetString()!);
        host.Upstream.Enqueue(new UpstreamScript(), new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders });
        var id = await host.CreateAsync([BatchHost.Line("a"), BatchHost.Line("b"), BatchHost.Line("c")], client);
        await Eventually.TrueAsync(() => host.Upstream.Requests.Count == 2, "the second call", cancellationToken: Cancel);
        using var revoked = await host.Http.DeleteAsync($"/v1/keys/{key.GetProperty("id").GetString()}", Cancel);
        Assert.True(revoked.IsSuccessStatusCode, await revoked.Content.ReadAsStringAsync(Cancel));

        var batch = await host.UntilEndedAsync(id, "failed");
        Assert.Equal("key_revoked", batch.GetProperty("errors").GetProperty("data")[0].GetProperty("code").GetString());
        Assert.Equal(["a"], (await host.ReadAsync(batch, "output")).Keys);
        Assert.Equal(["b", "c"], (await host.ReadAsync(batch, "error")).Keys.Order());
        Assert.Equal(2, host.Upstream.Requests.Count);
    }

    [Fact]
    public async Task One_batch_makes_no_more_calls_at_once_than_it_may()
    {
        await using var host = await BatchHost.StartAsync(("Gateway:Batches:Concurrency", "3"));
        var (running, most, gate, release) = (0, 0, new Lock(), new TaskCompletionSource());
        host.Upstream.Script = new UpstreamScript
        {
            BeforeHeaders = async _ =>
            {
                lock (gate)
                {
                    most = Math.Max(most, ++running);
                }

                await release.Task;
                Interlocked.Decrement(ref running);
            },
        };
        var id = await host.CreateAsync(Enumerable.Range(0, 12).Select(number => BatchHost.Line($"r{number}")));
        await Eventually.TrueAsync(() => Volatile.Read(ref running) == 3, "three calls", cancellationToken: Cancel);
        release.SetResult();
        await host.UntilEndedAsync(id, "completed");
        Assert.Equal((12, 3), (host.Upstream.Requests.Count, most));
    }

    private static string Content(UpstreamRequest request) => request.Json.GetProperty("messages")[0].GetProperty("content").GetString()!;
}
