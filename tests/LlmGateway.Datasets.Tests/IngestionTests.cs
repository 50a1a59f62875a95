using System.Net;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Service;
using LlmGateway.TestKit;
using Microsoft.Data.Sqlite;

namespace LlmGateway.Datasets.Tests;

public sealed class IngestionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Calls _calls = new("proj_a");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_batch_sent_again_is_stored_once_with_its_bodies_and_metadata()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var batch = new[]
        {
            _calls.Chat("chatcmpl-1", record => record with { Metadata = new Dictionary<string, string> { ["team"] = "red" } }),
            _calls.Chat("chatcmpl-2"),
        };
        var first = await (await host.SendAsync(batch)).JsonAsync();
        var again = await (await host.SendAsync([.. batch, _calls.Chat("chatcmpl-3")])).JsonAsync();

        Assert.Equal(2, first.GetProperty("stored").GetInt32());
        Assert.Equal((3, 1), (again.GetProperty("received").GetInt32(), again.GetProperty("stored").GetInt32()));
        var list = await host.For("proj_a").GetJsonAsync("/v1/chat/completions");
        Assert.Equal(["chatcmpl-1", "chatcmpl-2", "chatcmpl-3"], list.Ids());
        Assert.Equal("red", list.GetProperty("data")[0].GetProperty("metadata").Text("team"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(-1)]
    public async Task A_corrupt_frame_refuses_the_whole_batch(int flippedByteOfLastFrame)
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var good = Frames.Encode(_calls.Chat("chatcmpl-1"));
        var bad = Frames.Encode(_calls.Chat("chatcmpl-2")).ToArray();
        bad[flippedByteOfLastFrame < 0 ? ^1 : flippedByteOfLastFrame] ^= 0x40;

        var response = await host.SendAsync((byte[])[.. good.Span, .. bad]);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("corrupt_frame", (await response.JsonAsync()).GetProperty("error").Text("code"));
        Assert.Empty((await host.For("proj_a").GetJsonAsync("/v1/inferences")).Ids());
    }

    [Fact]
    public async Task A_batch_that_is_cut_off_is_refused()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var response = await host.SendAsync(Frames.Encode(_calls.Chat("chatcmpl-1"))[..^1]);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_batch_over_eight_megabytes_is_refused()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/internal/inferences") { Content = new ByteArrayContent(new byte[(8 << 20) + 1]) };
        request.Content.Headers.ContentType = new(InferenceFrameCodec.MediaType);
        // The answer comes before the body is read: without this the connection may break while the client writes.
        request.Headers.ExpectContinue = true;
        var response = await host.For(Caller.DefaultProject, Scopes.Internal).SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Only_services_may_send_batches()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        using var content = new ByteArrayContent([]);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.For("proj_a", Scopes.Admin).PostAsync("/internal/inferences", content)).StatusCode);
    }

    [Fact]
    public async Task While_another_process_holds_the_store_the_sender_is_asked_to_wait_and_nothing_is_lost()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var frame = _calls.Chat("chatcmpl-1");
        await using (var other = new SqliteConnection($"Data Source={_folder.File("datasets.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using var held = other.BeginTransaction();
            var response = await host.SendAsync(frame);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter?.Delta);
        }

        await host.StoreAsync(frame);
        Assert.Single((await host.For("proj_a").GetJsonAsync("/v1/inferences")).Ids());
    }

    [Fact]
    public async Task A_start_clears_the_lock_that_a_killed_migration_left_and_keeps_the_rows()
    {
        await using (var host = await DatasetsHost.StartAsync(_folder.Path))
        {
            await host.StoreAsync(_calls.Chat("chatcmpl-1"));
        }

        await using (var connection = new SqliteConnection($"Data Source={_folder.File("datasets.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO __EFMigrationsLock (Id, Timestamp) VALUES (1, '2026-01-01 00:00:00')";
            await command.ExecuteNonQueryAsync();
        }

        await using var restarted = await DatasetsHost.StartAsync(_folder.Path).WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Single((await restarted.For("proj_a").GetJsonAsync("/v1/inferences")).Ids());
    }

    [Fact]
    public async Task Everything_known_of_a_call_comes_back()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var frame = _calls.Chat("chatcmpl-1", record => record with
        {
            TimeToFirstTokenMicros = 250,
            CachedInputTokens = 4,
            EndUser = "ada",
            EpisodeId = "ep-1",
            TraceId = new string('a', 32),
            Outcome = InferenceOutcome.Incomplete,
            Cache = CacheResult.Shared,
        });
        await host.StoreAsync(frame, _calls.Chat("chatcmpl-2", record => record with { CostNanoUsd = null, InputTokens = null, BodiesKept = false }));

        var client = host.For("proj_a");
        var call = await client.GetJsonAsync($"/v1/inferences/{frame.Record.Id}");
        Assert.Equal("incomplete", call.Text("outcome"));
        Assert.Equal("shared", call.Text("cache"));
        Assert.Equal("2026-01-02T03:04:05Z", call.Text("created_at"));
        Assert.Equal(1.5, call.GetProperty("duration_ms").GetDouble());
        Assert.Equal(0.25, call.GetProperty("time_to_first_token_ms").GetDouble());
        Assert.Equal(0.00000125m, call.GetProperty("cost_usd").GetDecimal());
        Assert.Equal("hello", call.GetProperty("request").GetProperty("messages")[0].Text("content"));
        Assert.Equal("chatcmpl-1", call.GetProperty("response").Text("id"));
        Assert.Equal(1.4, call.GetProperty("attempts")[0].GetProperty("duration_ms").GetDouble());
        Assert.Equal(new string('a', 32), call.Text("trace_id"));

        var unknown = await client.GetJsonAsync("/v1/inferences/chatcmpl-2");
        foreach (var member in (string[])["cost_usd", "input_tokens", "cached_input_tokens", "request", "response"])
        {
            Assert.Equal(System.Text.Json.JsonValueKind.Null, unknown.GetProperty(member).ValueKind);
        }
    }
}
