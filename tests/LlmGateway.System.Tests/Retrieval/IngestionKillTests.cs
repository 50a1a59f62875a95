using System.Text;
using System.Text.Json;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;

namespace LlmGateway.System.Tests.Retrieval;

/// <summary>A file's way into a store survives the death of its worker: what is stored stays, the rest follows, and nothing is embedded or stored twice.</summary>
public sealed class IngestionKillTests
{
    private const int Paragraphs = 40;

    private static readonly (string, string)[] Settings =
    [
        ("Retrieval__EmbeddingBatch", "5"),
        ("Retrieval__Leases__Duration", "00:00:02"),
        ("Retrieval__Leases__Heartbeat", "00:00:00.500"),
        ("Retrieval__Leases__Sweep", "00:00:00.500"),
        // A second one would take a row over whose heartbeat is late.
        ("Retrieval__Leases__Workers", "1"),
    ];

    private static readonly string Document = string.Concat(
        Enumerable.Range(0, Paragraphs).Select(number => $"Paragraph number {number} says that the answer to question {number} is {number * 7}.\n\n"));

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("retrieval.text.after")]
    [InlineData("retrieval.chunks.before:3")]
    [InlineData("retrieval.chunks.after:3")]
    public async Task A_killed_worker_goes_on_behind_the_last_chunk_that_it_stored(string crashAt)
    {
        await using var gateway = await StandaloneProcess.StartAsync([(HostProcess.CrashAt, crashAt), .. Settings]);
        var file = await StartAsync(gateway.Http);
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();
        await AssertDoneOnceAsync(gateway, file);
    }

    [Fact]
    public async Task So_it_does_with_a_database_server()
    {
        Assert.SkipWhen(TestServers.SkipReason is not null, TestServers.SkipReason ?? "");
        await using var system = await ServicesSystem.StartAsync(new SystemServers(), Settings);
        var worker = system.ProcessesOf(ResourceNames.Retrieval).Single();
        await worker.StartAgainAsync("retrieval.chunks.before:3");
        var file = await StartAsync(system.Http);
        await worker.WaitForExitAsync();
        await worker.StartAgainAsync();
        await AssertDoneOnceAsync(system, file);
    }

    /// <returns>The path of the file in its store.</returns>
    private static async Task<string> StartAsync(HttpClient http)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("assistants"), "purpose" },
            { new StringContent(Document), "file", "long.md" },
        };
        var file = (await ReadAsync(await http.PostAsync("/v1/files", form))).GetProperty("id").GetString();
        var store = (await PostAsync(http, "/v1/vector_stores", """{"embedding_model": "test/text-embedding-3-small"}""")).GetProperty("id").GetString();
        await FatalCall.PostAsync(http, $"/v1/vector_stores/{store}/files", $$$"""{"file_id": "{{{file}}}", "chunking_strategy": {"type": "recursive", "recursive": {"max_chunk_size_tokens": 20} } }""");
        return $"/v1/vector_stores/{store}/files/{file}";
    }

    private static async Task AssertDoneOnceAsync(RunningSystem gateway, string path)
    {
        JsonElement file = default;
        await Eventually.TrueAsync(
            async token =>
            {
                file = JsonElement.Parse(await gateway.Http.GetStringAsync(path, token));
                return file.GetProperty("status").GetString() != "in_progress";
            },
            "the file to be taken in",
            Deadline);
        Assert.Equal("completed", file.GetProperty("status").GetString());

        // Chunks do not overlap, so their length says that none is missing or there twice.
        Assert.Equal(Document.Replace("\n", "", StringComparison.Ordinal).Length, file.GetProperty("usage_bytes").GetInt32());
        var embedded = gateway.Upstream.Requests.Where(request => request.Path.EndsWith("/embeddings", StringComparison.Ordinal))
            .SelectMany(request => JsonElement.Parse(Encoding.UTF8.GetString(request.Body)).GetProperty("input").EnumerateArray().Select(text => text.GetString())).ToList();
        Assert.Equal(Paragraphs, embedded.Count);
        Assert.Equal(Paragraphs, embedded.Distinct().Count());
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await ReadAsync(await http.PostAsync(path, content));
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using var owned = response;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
