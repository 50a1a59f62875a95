using System.ClientModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using OpenAI.Batch;
using OpenAI.Files;

namespace LlmGateway.System.Tests;

/// <summary>Batches as OpenAI's own package makes them, whichever way the system was started.</summary>
public abstract class BatchTests(RunningSystem gateway) : Scenario(gateway)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_official_package_runs_one_over_several_models_and_reads_its_files()
    {
        string[] lines =
        [
            Line("local", "local/chat", "When will my card arrive?"), Line("remote", RunningSystem.PricedModel, "hi"), Line("nobody", "nobody/none", "hi"),
        ];
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        using var events = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var operation = await CreateAsync(lines);
        var batch = await UntilEndedAsync(operation);
        Assert.Equal("completed", batch.GetProperty("status").GetString());

        var output = await ReadAsync(batch, "output_file_id");
        Assert.Equal(["local", "remote"], output.Select(line => line.GetProperty("custom_id").GetString()).Order());
        Assert.Equal("card_arrival", Answer(output.Single(line => line.GetProperty("custom_id").GetString() == "local")));
        var error = Assert.Single(await ReadAsync(batch, "error_file_id"));
        Assert.Equal(("nobody", 404), (error.GetProperty("custom_id").GetString(), error.GetProperty("response").GetProperty("status_code").GetInt32()));
        await AssertLoggedAsync(operation.BatchId(), output);
        await AssertAnnouncedAsync(events, operation.BatchId());
    }

    [Fact]
    public async Task Embeddings_have_batches_too()
    {
        string[] lines = ["""{"custom_id":"one","method":"POST","url":"/v1/embeddings","body":{"model":"local/embedding","input":"a card"}}"""];
        var batch = await UntilEndedAsync(await CreateAsync(lines, "/v1/embeddings"));
        var line = Assert.Single(await ReadAsync(batch, "output_file_id"));
        Assert.True(line.GetProperty("response").GetProperty("body").GetProperty("data")[0].GetProperty("embedding").GetArrayLength() > 10);
        Assert.Equal("local/embedding", batch.GetProperty("model").GetString());
    }

    [Fact]
    public async Task The_official_package_cancels_one_and_gets_what_was_done()
    {
        var released = new TaskCompletionSource();
        Gateway.Upstream.Script = new UpstreamScript { BeforeHeaders = token => released.Task.WaitAsync(token) };
        string[] lines = [Line("quick", "local/chat", "hi"), .. Enumerable.Range(0, 30).Select(number => Line($"slow{number}", RunningSystem.PricedModel, $"{number}"))];
        var operation = await CreateAsync(lines);
        await Eventually.TrueAsync(() => ModelCalls.Count > 0, "a call", Deadline, Cancel);
        await Eventually.TrueAsync(
            async _ => (await ReadAsync(operation)).GetProperty("request_counts").GetProperty("completed").GetInt32() == 1, "the first answer", Deadline, Cancel);
        await operation.CancelAsync(null);
        var batch = await UntilEndedAsync(operation);
        released.SetResult();

        Assert.Equal("cancelled", batch.GetProperty("status").GetString());
        Assert.Equal(["quick"], (await ReadAsync(batch, "output_file_id")).Select(line => line.GetProperty("custom_id").GetString()));
        var rest = await ReadAsync(batch, "error_file_id");
        Assert.Equal(30, rest.Select(line => line.GetProperty("custom_id").GetString()).Distinct().Count());
        Assert.All(rest, line => Assert.Equal("batch_cancelled", line.GetProperty("error").GetProperty("code").GetString()));
        Assert.True(ModelCalls.Count < 30, "Calls went on.");
    }

    [Fact]
    public async Task A_project_sees_its_own_batches_only()
    {
        var operation = await CreateAsync([Line("a", "local/chat", "hi")]);
        var batch = await UntilEndedAsync(operation);
        var stranger = await JoinAsync("batch-stranger");
        foreach (var path in new[] { $"/v1/batches/{operation.BatchId()}", $"/v1/files/{batch.GetProperty("output_file_id").GetString()}/content" })
        {
            using var response = await stranger.GetAsync(path, Cancel);
            Assert.Equal(404, (int)response.StatusCode);
        }

        Assert.Equal(0, JsonElement.Parse(await stranger.GetStringAsync("/v1/batches", Cancel)).GetProperty("data").GetArrayLength());
    }

    /// <summary>Each call is in the log, with the batch as its parent, and priced.</summary>
    private async Task AssertLoggedAsync(string id, IReadOnlyList<JsonElement> output)
    {
        var parent = Guid.ParseExact(id["batch_".Length..], "N");
        JsonElement[] logged = [];
        await Eventually.TrueAsync(
            async _ => (logged = [.. JsonElement.Parse(await Http.GetStringAsync($"/v1/inferences?purpose=batch&parent_id={parent}", Cancel)).GetProperty("data").EnumerateArray()]).Length == 3,
            "the calls in the log", Deadline, Cancel);
        Assert.Equal(["1", "2", "3"], logged.Select(call => call.GetProperty("step").GetString()).Order());
        Assert.All(
            output.Select(line => line.GetProperty("response").GetProperty("request_id").GetString()),
            call => Assert.Contains(call, logged.Select(entry => entry.GetProperty("id").GetString())));
        Assert.True(logged.Single(call => call.GetProperty("step").GetString() == "2").GetProperty("cost_usd").GetDecimal() > 0);
    }

    private static async Task AssertAnnouncedAsync(HttpResponseMessage events, string id)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Deadline);
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync(Cancel));
        string? line;
        do
        {
            line = await reader.ReadLineAsync(patience.Token);
        }
        while (line is not null && !(line.StartsWith("data:", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal)));
        var happened = JsonElement.Parse(line!["data:".Length..]);
        Assert.Equal(("batch.completed", id), (happened.GetProperty("type").GetString(), happened.GetProperty("data").GetProperty("id").GetString()));
    }

    private static string Line(string id, string model, string question) => new JsonObject
    {
        ["custom_id"] = id,
        ["method"] = "POST",
        ["url"] = "/v1/chat/completions",
        ["body"] = new JsonObject
        {
            ["model"] = model,
            ["temperature"] = 1,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = "Answer with one of these labels: refund, card_arrival, exchange_rate" },
                new JsonObject { ["role"] = "user", ["content"] = question }),
        },
    }.ToJsonString();

    private async Task<CreateBatchOperation> CreateAsync(IEnumerable<string> lines, string endpoint = "/v1/chat/completions")
    {
        var content = BinaryData.FromString(string.Join('\n', lines));
        OpenAIFile file = await Gateway.Sdk.GetOpenAIFileClient().UploadFileAsync(content, "in.jsonl", FileUploadPurpose.Batch);
        var request = new JsonObject { ["input_file_id"] = file.Id, ["endpoint"] = endpoint, ["completion_window"] = "24h" };
        return await Gateway.Sdk.GetBatchClient().CreateBatchAsync(BinaryContent.Create(BinaryData.FromString(request.ToJsonString())), waitUntilCompleted: false);
    }

    private static async Task<JsonElement> ReadAsync(CreateBatchOperation operation) =>
        JsonElement.Parse((await operation.GetBatchAsync(null)).GetRawResponse().Content.ToMemory().Span);

    private static async Task<JsonElement> UntilEndedAsync(CreateBatchOperation operation)
    {
        JsonElement batch = default;
        await Eventually.TrueAsync(
            async _ =>
            {
                batch = await ReadAsync(operation);
                return batch.GetProperty("status").GetString() is "completed" or "failed" or "expired" or "cancelled";
            },
            "the batch's end", Deadline, Cancel);
        return batch;
    }

    private async Task<List<JsonElement>> ReadAsync(JsonElement batch, string file)
    {
        BinaryData content = await Gateway.Sdk.GetOpenAIFileClient().DownloadFileAsync(batch.GetProperty(file).GetString(), Cancel);
        return [.. Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    private static string? Answer(JsonElement line) =>
        line.GetProperty("response").GetProperty("body").GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
}

internal static class BatchOperations
{
    /// <summary>The package keeps it to itself, but for this token.</summary>
    public static string BatchId(this CreateBatchOperation operation) =>
        JsonElement.Parse(operation.RehydrationToken!.ToBytes().ToMemory().Span).GetProperty("batchId").GetString()!;
}

[Collection<StandaloneShape>]
public sealed class BatchesInStandalone(StandaloneFixture fixture) : BatchTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class BatchesInServices(ServicesFixture fixture) : BatchTests(fixture.Gateway);
