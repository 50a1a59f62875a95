using System.Text.Json;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Batches;

/// <summary>What callers get wrong.</summary>
public sealed class BatchInputTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_mistake_in_the_request_names_its_field()
    {
        await using var host = await BatchHost.StartAsync(("Gateway:Batches:MaxFileBytes", "1024"));
        var file = await host.UploadAsync(BatchHost.Line("a"));
        var large = await host.UploadAsync(new string(' ', 2000));
        var other = await host.UploadAsync(BatchHost.Line("a"), "fine-tune");
        (object Body, int Status, string Param)[] cases =
        [
            (new { endpoint = BatchHost.Chat, completion_window = "24h" }, 400, "input_file_id"),
            (new { input_file_id = file, completion_window = "24h" }, 400, "endpoint"),
            (new { input_file_id = file, endpoint = BatchHost.Chat }, 400, "completion_window"),
            (new { input_file_id = file, endpoint = "/v1/images/generations", completion_window = "24h" }, 400, "endpoint"),
            (new { input_file_id = file, endpoint = BatchHost.Chat, completion_window = "1h" }, 400, "completion_window"),
            (new { input_file_id = file, endpoint = BatchHost.Chat, completion_window = "24h", metadata = new { a = new string('x', 513) } }, 400, "metadata.a"),
            (new { input_file_id = file, endpoint = BatchHost.Chat, completion_window = "24h", output_expires_after = new { anchor = "now", seconds = 3600 } }, 400, "output_expires_after.anchor"),
            (new { input_file_id = file, endpoint = BatchHost.Chat, completion_window = "24h", output_expires_after = new { anchor = "created_at", seconds = 60 } }, 400, "output_expires_after.seconds"),
            (BatchHost.Request("file-none"), 404, "input_file_id"),
            (BatchHost.Request(large), 400, "input_file_id"),
            (BatchHost.Request(other), 400, "input_file_id"),
        ];
        foreach (var (body, status, param) in cases)
        {
            var (actual, answer) = await BatchHost.PostAsync(host.Http, "/v1/batches", body);
            Assert.True((status, param) == (actual, answer.GetProperty("error").GetProperty("param").GetString()), answer.ToString());
        }

        Assert.Equal(0, (await JsonAsync(host, "/v1/batches")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_project_has_so_many_open_batches_and_no_more()
    {
        await using var host = await BatchHost.StartAsync(("Gateway:Batches:MaxOpenPerProject", "1"));
        host.Upstream.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        var open = await host.CreateAsync([BatchHost.Line("a")]);
        var (status, error) = await BatchHost.PostAsync(host.Http, "/v1/batches", BatchHost.Request(await host.UploadAsync(BatchHost.Line("b"))));
        Assert.Equal((429, "too_many_batches"), (status, error.GetProperty("error").GetProperty("code").GetString()));
        await BatchHost.PostAsync(host.Http, $"/v1/batches/{open}/cancel");
        await host.UntilEndedAsync(open, "cancelled");
        host.Upstream.Script = new UpstreamScript();
        await host.UntilEndedAsync(await host.CreateAsync([BatchHost.Line("b")]), "completed");
    }

    [Fact]
    public async Task A_list_goes_on_behind_its_last_batch_and_another_project_sees_none_of_it()
    {
        await using var host = await BatchHost.StartAsync();
        var made = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            made.Add(await host.CreateAsync([BatchHost.Line($"r{number}")]));
        }

        var first = await JsonAsync(host, "/v1/batches?limit=2");
        Assert.True(first.GetProperty("has_more").GetBoolean());
        var second = await JsonAsync(host, $"/v1/batches?limit=2&after={first.GetProperty("last_id").GetString()}");
        Assert.Equal(made.AsEnumerable().Reverse(), first.GetProperty("data").EnumerateArray().Concat(second.GetProperty("data").EnumerateArray()).Select(batch => batch.GetProperty("id").GetString()!));

        var (_, project) = await BatchHost.PostAsync(host.Http, "/v1/projects", new { name = "other" });
        var (_, key) = await BatchHost.PostAsync(host.Http, "/v1/keys", new { project_id = project.GetProperty("id").GetString(), scopes = new[] { "inference", "data" } });
        using var stranger = host.ClientOf(key.GetProperty("key").GetString()!);
        using var got = await stranger.GetAsync($"/v1/batches/{made[0]}", Cancel);
        var (cancelled, _) = await BatchHost.PostAsync(stranger, $"/v1/batches/{made[0]}/cancel");
        var file = (await JsonAsync(host, $"/v1/batches/{made[0]}")).GetProperty("input_file_id").GetString()!;
        var (created, _) = await BatchHost.PostAsync(stranger, "/v1/batches", BatchHost.Request(file));
        Assert.Equal((404, 404, 404), ((int)got.StatusCode, cancelled, created));
        Assert.DoesNotContain("batch_", await stranger.GetStringAsync("/v1/batches", Cancel));
    }

    [Fact]
    public async Task Nobody_but_the_gateway_uploads_what_a_batch_brought_about()
    {
        await using var host = await BatchHost.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("batch_output"), "purpose" }, { new StringContent("{}"), "file", "x.jsonl" } };
        using var response = await host.Http.PostAsync("/v1/files", form, Cancel);
        Assert.Equal(400, (int)response.StatusCode);
    }

    private static async Task<JsonElement> JsonAsync(BatchHost host, string path) => JsonElement.Parse(await host.Http.GetStringAsync(path, Cancel));
}
