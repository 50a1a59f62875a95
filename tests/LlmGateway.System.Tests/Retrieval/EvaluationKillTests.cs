using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests.Retrieval;

/// <summary>An evaluation survives the death of its worker: queries that were searched and kept are not searched again.</summary>
public sealed class EvaluationKillTests
{
    private const int Queries = 24;

    /// <summary>Queries that are kept together.</summary>
    private const int Batch = 8;

    private static readonly (string, string)[] Settings =
    [
        ("Retrieval__Leases__Duration", "00:00:02"),
        ("Retrieval__Leases__Heartbeat", "00:00:00.500"),
        ("Retrieval__Leases__Sweep", "00:00:00.500"),
        // A second one would take a row over whose heartbeat is late.
        ("Retrieval__Leases__Workers", "1"),
    ];

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("retrieval.evaluation.before:2", Batch)]
    [InlineData("retrieval.evaluation.after:2", 0)]
    public async Task A_killed_worker_goes_on_behind_the_last_query_that_it_kept(string crashAt, int askedAgain)
    {
        await using var gateway = await StandaloneProcess.StartAsync([(HostProcess.CrashAt, crashAt), .. Settings]);
        var (store, file) = await FillAsync(gateway.Http);
        gateway.Upstream.Forget();
        await FatalCall.PostAsync(gateway.Http, "/v1/retrieval/evaluations", Request(store, file));
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();

        var id = await FatalCall.MadeAsync(gateway.Http, "/v1/retrieval/evaluations");
        var done = await EndAsync(gateway.Http, $"/v1/retrieval/evaluations/{id}", ["queued", "in_progress"]);
        Assert.Equal("completed", done.GetProperty("status").GetString());
        Assert.Equal($$"""{"completed":{{Queries}},"total":{{Queries}}}""", done.GetProperty("progress").ToString());
        var embedded = gateway.Upstream.Requests.Where(request => request.Path.EndsWith("/embeddings", StringComparison.Ordinal))
            .SelectMany(request => JsonElement.Parse(request.Body).GetProperty("input").EnumerateArray()).Select(text => text.GetString()).ToList();
        Assert.Equal(Queries, embedded.Distinct().Count());
        Assert.InRange(embedded.Count, Queries, Queries + askedAgain);
    }

    private static string Request(string store, string file) => new JsonObject
    {
        ["vector_store_id"] = store,
        ["queries"] = new JsonArray([.. Enumerable.Range(0, Queries).Select(number => (JsonNode)new JsonObject
        {
            ["query"] = $"What is the answer to question {number}?",
            ["relevant"] = new JsonArray(new JsonObject { ["file_id"] = file }),
        })]),
        ["configurations"] = JsonNode.Parse("""[{"name": "vectors", "configuration": {"mode": "vector"}}]"""),
    }.ToJsonString();

    private static async Task<(string Store, string File)> FillAsync(HttpClient http)
    {
        using var form = new MultipartFormDataContent { { new StringContent("assistants"), "purpose" }, { new StringContent("The answer to every question is 42."), "file", "answers.txt" } };
        var file = (await ReadAsync(await http.PostAsync("/v1/files", form))).GetProperty("id").GetString()!;
        var store = (await PostAsync(http, "/v1/vector_stores", $$"""{"embedding_model": "test/text-embedding-3-small", "file_ids": ["{{file}}"]}""")).GetProperty("id").GetString()!;
        await EndAsync(http, $"/v1/vector_stores/{store}", ["in_progress"]);
        return (store, file);
    }

    private static async Task<JsonElement> EndAsync(HttpClient http, string path, string[] open)
    {
        JsonElement shown = default;
        await Eventually.TrueAsync(
            async token =>
            {
                shown = JsonElement.Parse(await http.GetStringAsync(path, token));
                return !open.Contains(shown.GetProperty("status").GetString());
            },
            $"{path} to end",
            Deadline);
        return shown;
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
