using System.Net;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.Datasets.Tests;

public sealed class InferenceExportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_calls_of_a_project_that_pass_are_exported_once_with_their_bodies()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var calls = new Calls("proj_a");
        var kept = Enumerable.Range(0, 250).Select(number => calls.Chat($"chatcmpl-{number}")).ToArray();
        await host.StoreAsync([.. kept, calls.Chat("other", record => record with { RequestedModel = "slow", Model = "slow" }), new Calls("proj_b").Chat("theirs")]);

        var lines = await ExportAsync(host, "model=fast");
        Assert.Equal(kept.Reverse().Select(call => call.Record.Id.ToString()), lines.Select(line => line.Text("id")));
        Assert.Equal("hello", lines[0].GetProperty("request").GetProperty("messages")[0].Text("content"));
        Assert.Equal("grüß dich", lines[0].GetProperty("response").GetProperty("choices")[0].GetProperty("message").Text("content"));

        Assert.Equal(kept.Take(120).Select(call => call.Record.Id.ToString()), (await ExportAsync(host, "order=asc&limit=120")).Select(line => line.Text("id")));
        var chosen = kept.Take(2).Select(call => call.Record.Id.ToString()).ToList();
        Assert.Equal(chosen, (await ExportAsync(host, $"order=asc&ids={string.Join(',', chosen)}")).Select(line => line.Text("id")));
    }

    [Fact]
    public async Task A_stream_is_assembled_and_a_body_that_was_not_kept_is_null()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var calls = new Calls("proj_a");
        await host.StoreAsync(
            calls.Chat("streamed", record => record with { Streamed = true }, response: """
                data: {"id":"s","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}

                data: [DONE]


                """),
            calls.Chat("bare", record => record with { BodiesKept = false }, request: "", response: ""));

        var lines = await ExportAsync(host, "order=asc");
        Assert.Equal("Hello", lines[0].GetProperty("response").GetProperty("choices")[0].GetProperty("message").Text("content"));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (lines[1].GetProperty("request").ValueKind, lines[1].GetProperty("response").ValueKind));
    }

    [Fact]
    public async Task An_id_that_is_none_is_refused()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        using var response = await host.For("proj_a").GetAsync("/v1/inferences/export?ids=one");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static async Task<List<JsonElement>> ExportAsync(DatasetsHost host, string query)
    {
        var text = await host.For("proj_a").GetStringAsync($"/v1/inferences/export?{query}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }
}
