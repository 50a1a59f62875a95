using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;
using OpenAI.Files;

namespace LlmGateway.System.Tests;

/// <summary>What a vector store's searches are worth, measured on XQuAD's questions.</summary>
public abstract class RetrievalEvaluationTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Evaluations = "/v1/retrieval/evaluations";
    private const string Adapters = "/v1/retrieval/adapters";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Two_configurations_are_compared_query_by_query_and_weights_are_tuned()
    {
        var (store, questions) = await XQuadAsync(paragraphs: 12);
        var body = new JsonObject
        {
            ["vector_store_id"] = store,
            ["queries"] = new JsonArray([.. questions.Take(40).Select(question => (JsonNode)new JsonObject
            {
                ["query"] = question.Text,
                ["relevant"] = new JsonArray(new JsonObject { ["file_id"] = question.File }),
            })]),
            ["configurations"] = JsonNode.Parse("""[{"name": "words", "configuration": {"mode": "lexical"}}, {"name": "vectors", "configuration": {"mode": "vector"}}]"""),
            ["tune"] = new JsonObject(),
        };
        var id = (await PostAsync(Http, Evaluations, body.ToJsonString())).GetProperty("id").GetString();
        var done = await EndAsync($"{Evaluations}/{id}");
        Assert.Equal("completed", done.GetProperty("status").GetString());
        Assert.Equal("""{"completed":40,"total":40}""", done.GetProperty("progress").ToString());

        var result = done.GetProperty("result");
        var means = result.GetProperty("configurations").EnumerateArray().ToDictionary(entry => entry.GetProperty("name").GetString()!, entry => entry.GetProperty("metrics"));
        Assert.Equal(["words", "vectors", "tuned"], means.Keys);
        Assert.InRange(means["words"].GetProperty("ndcg@10").GetProperty("value").GetDouble(), 0.9, 1);
        Assert.Equal(3, result.GetProperty("comparisons").GetArrayLength());
        Assert.NotEqual("worse", result.GetProperty("tuning").GetProperty("against_lexical").GetProperty("verdict").GetString());
        Assert.NotEmpty(result.GetProperty("conclusion").GetString()!);

        // The means are those of the queries.
        var queries = JsonElement.Parse(await Http.GetStringAsync($"{Evaluations}/{id}/queries?limit=100", Cancel)).GetProperty("data").EnumerateArray()
            .Select(query => query.GetProperty("results")[0]).ToList();
        Assert.Equal(40, queries.Count);
        Assert.Equal(
            queries.Average(query => query.GetProperty("metrics").GetProperty("mrr").GetDouble()), means["words"].GetProperty("mrr").GetProperty("value").GetDouble(), 9);
        Assert.All(queries, query => Assert.Equal(
            1.0 / query.GetProperty("relevant_ranks")[0].GetInt32(), query.GetProperty("metrics").GetProperty("mrr").GetDouble(), 9));
        await StrangersReachNothingAsync(store, $"{Evaluations}/{id}");
    }

    [Fact]
    public async Task An_adapter_is_trained_tested_on_queries_it_has_not_seen_and_used_only_if_it_won()
    {
        var (store, questions) = await XQuadAsync(paragraphs: 12);
        var body = new JsonObject
        {
            ["vector_store_id"] = store,
            ["epochs"] = 4,
            ["pairs"] = new JsonArray([.. questions.Select(question => (JsonNode)new JsonObject { ["query"] = question.Text, ["file_id"] = question.File })]),
        };
        var id = (await PostAsync(Http, Adapters, body.ToJsonString())).GetProperty("id").GetString();
        var done = await EndAsync($"{Adapters}/{id}");
        var comparison = done.GetProperty("result").GetProperty("comparison");
        var won = comparison.GetProperty("difference").GetDouble() > 0 && comparison.GetProperty("p").GetDouble() < 0.05;
        Assert.Equal(won ? "accepted" : "rejected", done.GetProperty("status").GetString());

        var search = $$$"""{"query": "Who won?", "configuration": {"mode": "vector", "adapter": "{{{id}}}"}}""";
        using var query = Json(search);
        using var answer = await Http.PostAsync($"/v1/vector_stores/{store}/search", query, Cancel);
        Assert.Equal(won ? 200 : 400, (int)answer.StatusCode);

        // Its next version has the next number.
        body["epochs"] = 1;
        var next = await PostAsync(Http, Adapters, body.ToJsonString());
        Assert.Equal((1, 2), (done.GetProperty("version").GetInt32(), next.GetProperty("version").GetInt32()));
        using var cancelled = await Http.PostAsync($"{Adapters}/{next.GetProperty("id").GetString()}/cancel", null, Cancel);
        Assert.Contains((int)cancelled.StatusCode, (int[])[200, 400]);
        await StrangersReachNothingAsync(store, $"{Adapters}/{id}");
    }

    [Fact]
    public async Task A_request_that_cannot_be_right_is_refused_before_anything_is_searched()
    {
        var (store, _) = await XQuadAsync(paragraphs: 1);
        foreach (var (queries, param) in ((string, string)[])
        [
            ("""[{"query": "q", "relevant": [{"file_id": "file-unknown"}]}]""", "queries[0].relevant[0].file_id"),
            ("[]", "queries"),
        ])
        {
            Assert.Equal(param, await RefusedAsync(Evaluations, $$"""{"vector_store_id": "{{store}}", "queries": {{queries}}, "configurations": [{"name": "a"}]}"""));
        }

        Assert.Equal("vector_store_id", await RefusedAsync(Evaluations, """{"vector_store_id": "vs_unknown", "queries": [{"query": "q", "relevant": [{"file_id": "f"}]}], "configurations": [{"name": "a"}]}"""));
        Assert.Equal("pairs", await RefusedAsync(Adapters, $$"""{"vector_store_id": "{{store}}", "pairs": [{"query": "q", "passage": "p"}]}"""));
    }

    private async Task StrangersReachNothingAsync(string store, string path)
    {
        using var stranger = await JoinAsync("evaluation-strangers");
        Assert.Equal(404, (int)(await stranger.GetAsync(path, Cancel)).StatusCode);
        Assert.Equal(404, (int)(await stranger.DeleteAsync(path, Cancel)).StatusCode);
        Assert.Equal(404, (int)(await stranger.PostAsync($"{path}/cancel", null, Cancel)).StatusCode);
        using var evaluation = Json($$"""{"vector_store_id": "{{store}}", "queries": [{"query": "q", "relevant": [{"file_id": "f"}]}], "configurations": [{"name": "a"}]}""");
        Assert.Equal(404, (int)(await stranger.PostAsync(Evaluations, evaluation, Cancel)).StatusCode);
        var list = JsonElement.Parse(await stranger.GetStringAsync(path[..path.LastIndexOf('/')], Cancel));
        Assert.Equal(0, list.GetProperty("data").GetArrayLength());
    }

    private async Task<string?> RefusedAsync(string path, string body)
    {
        using var content = Json(body);
        using var response = await Http.PostAsync(path, content, Cancel);
        Assert.InRange((int)response.StatusCode, 400, 404);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)).GetProperty("error").GetProperty("param").GetString();
    }

    private async Task<JsonElement> EndAsync(string path) => JsonElement.Parse(await Eventually.GetAsync<string>(
        async token => await Http.GetStringAsync(path, token) is var shown && JsonElement.Parse(shown).GetProperty("status").GetString() is not ("queued" or "in_progress")
            ? shown : null,
        $"{path} to end", Patience));

    /// <summary>A store of XQuAD's first paragraphs, each a file, and their questions.</summary>
    private async Task<(string Store, List<(string Text, string File)> Questions)> XQuadAsync(int paragraphs)
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(data is null, reason ?? "");
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(data!, "xquad", "xquad.en.json"), Cancel));
        var files = Gateway.Sdk.GetOpenAIFileClient();
        var questions = new List<(string, string)>();
        var ids = new JsonArray();
        foreach (var paragraph in document.RootElement.GetProperty("data").EnumerateArray().SelectMany(article => article.GetProperty("paragraphs").EnumerateArray()).Take(paragraphs))
        {
            OpenAIFile file = await files.UploadFileAsync(BinaryData.FromString(paragraph.GetProperty("context").GetString()!), $"p{ids.Count}.txt", FileUploadPurpose.Assistants);
            ids.Add(file.Id);
            questions.AddRange(paragraph.GetProperty("qas").EnumerateArray().Select(question => (question.GetProperty("question").GetString()!, file.Id)));
        }

        var store = (await PostAsync(Http, "/v1/vector_stores", new JsonObject { ["file_ids"] = ids }.ToJsonString())).GetProperty("id").GetString()!;
        await Eventually.TrueAsync(
            async token => JsonElement.Parse(await Http.GetStringAsync($"/v1/vector_stores/{store}", token)).GetProperty("status").GetString() == "completed",
            "the paragraphs to be taken in", Patience);
        return (store, questions);
    }
}

[Collection<StandaloneShape>]
public sealed class RetrievalEvaluationsInStandalone(StandaloneFixture fixture) : RetrievalEvaluationTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class RetrievalEvaluationsInServices(ServicesFixture fixture) : RetrievalEvaluationTests(fixture.Gateway);
