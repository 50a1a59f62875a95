using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>
/// A gateway dies in the midst of a batch: each request ends exactly once in a file, nothing that was finished is called again, and
/// of what was under way at most as many calls are repeated as a batch makes at once.
/// </summary>
public sealed class BatchKillTests
{
    private const int Requests = 200;
    private const int Concurrency = 8;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private static readonly (string Name, string Value)[] Settings =
    [
        ("Gateway__Batches__Concurrency", $"{Concurrency}"),
        // Long enough for a busy machine: a lease that is lost for want of a heartbeat repeats calls as well.
        ("Gateway__Batches__Leases__Duration", "00:00:10"),
        ("Gateway__Batches__Leases__Heartbeat", "00:00:01"),
        ("Gateway__Batches__Leases__Sweep", "00:00:00.500"),
        ("Gateway__Batches__Leases__Workers", "1"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gateway.batch.answered:1", Concurrency)]
    [InlineData("gateway.batch.answered:100", Concurrency)]
    [InlineData("gateway.batch.written:100", Concurrency)]
    [InlineData("gateway.batch.uploaded", 0)]
    [InlineData("gateway.batch.announced", 0)]
    public async Task A_killed_batch_goes_on_from_its_finished_requests(string crashAt, int repeatable)
    {
        await using var gateway = await StandaloneProcess.StartAsync([(HostProcess.CrashAt, crashAt), .. Settings]);
        await CreateAsync(gateway.Http);
        await gateway.WaitForExitAsync();
        var before = CallsOf(gateway);
        await gateway.RestartAsync();
        var id = await FatalCall.MadeAsync(gateway.Http, "/v1/batches");
        JsonElement batch = default;
        await Eventually.TrueAsync(
            async token => (batch = await gateway.Http.GetFromJsonAsync<JsonElement>($"/v1/batches/{id}", token)).GetProperty("status").GetString() == "completed", "its end", Deadline, Cancel);

        var counts = batch.GetProperty("request_counts");
        Assert.Equal((Requests, Requests), (counts.GetProperty("total").GetInt32(), counts.GetProperty("completed").GetInt32()));
        var text = await gateway.Http.GetStringAsync($"/v1/files/{batch.GetProperty("output_file_id").GetString()}/content", Cancel);
        var ids = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line).GetProperty("custom_id").GetString()!).ToList();
        Assert.Equal(Enumerable.Range(0, Requests).Select(number => $"r{number}"), ids.OrderBy(name => int.Parse(name.AsSpan(1), null)));
        Assert.False(batch.TryGetProperty("error_file_id", out _));
        var files = await gateway.Http.GetFromJsonAsync<JsonElement>("/v1/files?purpose=batch_output", Cancel);
        Assert.Equal(1, files.GetProperty("data").GetArrayLength());

        var calls = CallsOf(gateway);
        Assert.InRange(calls.Count, Requests, Requests + repeatable);
        Assert.Equal(Requests, calls.Distinct().Count());
        Assert.All(calls.CountBy(name => name), call => Assert.InRange(call.Value, 1, 2));
        Assert.True(before.Count < Requests || repeatable == 0, "It was killed too late to show anything.");
    }

    private static List<string> CallsOf(StandaloneProcess gateway) =>
    [
        .. gateway.Upstream.Requests.Where(request => request.Method == "POST").Select(request => request.Json.GetProperty("messages")[0].GetProperty("content").GetString()!),
    ];

    private static async Task CreateAsync(HttpClient http)
    {
        var lines = Enumerable.Range(0, Requests).Select(number =>
            $$$"""{"custom_id":"r{{{number}}}","method":"POST","url":"/v1/chat/completions","body":{"model":"{{{RunningSystem.PricedModel}}}","temperature":1,"messages":[{"role":"user","content":"r{{{number}}}"}]}}""");
        using var form = new MultipartFormDataContent { { new StringContent("batch"), "purpose" }, { new StringContent(string.Join('\n', lines)), "file", "in.jsonl" } };
        using var uploaded = await http.PostAsync("/v1/files", form, Cancel);
        var file = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();
        await FatalCall.PostAsync(http, "/v1/batches", $$"""{"input_file_id":"{{file}}","endpoint":"/v1/chat/completions","completion_window":"24h"}""");
    }
}
