using System.Text.Json;
using LlmGateway.TestKit;
using OpenAI.Files;
using OpenAI.Responses;
using OpenAI.VectorStores;

namespace LlmGateway.System.Tests;

/// <summary>Questions over real documents, answered by the local model through <c>file_search</c> and cited.</summary>
public abstract class FileSearchTests(RunningSystem gateway) : Scenario(gateway)
{
    private static readonly string[] Articles = ["Oxygen", "Warsaw", "Nikola_Tesla", "Yuan_dynasty"];

    /// <summary>Of XQuAD: the question, the paragraph that answers it, and the answer.</summary>
    private static readonly (string Question, string File, string Answer)[] Questions =
    [
        ("When was Warsaw's first stock exchange established?", "Warsaw-4.txt", "1817"),
        ("When was liquid oxygen developed for commercial use?", "Oxygen-1.txt", "1895"),
        ("Who founded the Office of Western Medicine?", "Yuan_dynasty-3.txt", "Jesus the Interpreter"),
        ("What was Warsaw's population in 1901?", "Warsaw-2.txt", "711,988"),
    ];

    [Fact]
    public async Task Questions_over_real_documents_are_answered_and_cite_the_right_passage_in_every_form()
    {
        var (store, texts) = await FillAsync();
        foreach (var (question, file, answer) in Questions)
        {
            using var response = await SendAsync(Http, "/v1/chat/completions", Chat(store, question, stream: false));
            var message = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)).GetProperty("choices")[0].GetProperty("message");
            var text = message.GetProperty("content").GetString()!;
            Assert.Contains(answer, text, StringComparison.Ordinal);
            var citation = Assert.Single(message.GetProperty("annotations").EnumerateArray()).GetProperty("file_citation");
            Assert.Equal((file, text.Length), (citation.GetProperty("filename").GetString(), citation.GetProperty("index").GetInt32()));
            var span = citation.GetProperty("span");
            Assert.Contains(text, texts[file][span.GetProperty("start").GetInt32()..span.GetProperty("end").GetInt32()], StringComparison.Ordinal);

            var looked = Assert.Single((await StoredAsync(response)).GetProperty("retrieval").EnumerateArray());
            Assert.Equal(("file_search", question), (looked.GetProperty("kind").GetString(), looked.GetProperty("query").GetString()));
            Assert.Equal(citation.GetProperty("file_id").GetString(), looked.GetProperty("passages")[0].GetProperty("file_id").GetString());
            await AssertStreamedAsync(store, question, text, file);
            await AssertRespondedAsync(store, question, text, file);
        }
    }

    [Fact]
    public async Task Another_projects_store_is_not_there()
    {
        VectorStore store = await Gateway.Sdk.GetVectorStoreClient().CreateVectorStoreAsync(new VectorStoreCreationOptions { Name = "ours" }, Cancel);
        using var stranger = await JoinAsync("file-search-strangers");
        foreach (var name in new[] { store.Id, "ours" })
        {
            foreach (var (path, body) in new[] { ("/v1/chat/completions", Chat(name, "What is there?", stream: false)), ("/v1/responses", Response(name, "What is there?")) })
            {
                using var content = Json(body);
                using var response = await stranger.PostAsync(path, content, Cancel);
                var error = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)).GetProperty("error");
                Assert.Equal((404, "vector_store_not_found"), ((int)response.StatusCode, error.GetProperty("code").GetString()));
            }
        }
    }

    [Fact]
    public async Task A_whole_store_answers_where_it_fits()
    {
        var (store, _) = await FillAsync();
        using var response = await SendAsync(Http, "/v1/chat/completions", $$"""
            {"model": "local/chat", "messages": [{"role": "user", "content": "{{Questions[0].Question}}"}],
             "tools": [{"type": "file_search", "vector_store_ids": ["{{store}}"], "strategy": "stuff", "max_tokens": 50000}]}
            """);
        Assert.Matches("^passages=20, tokens=[0-9]+, left_out=0$", response.Headers.GetValues("x-llmgateway-retrieval").Single());
        Assert.Contains("1817", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private async Task AssertStreamedAsync(string store, string question, string text, string file)
    {
        using var response = await SendAsync(Http, "/v1/chat/completions", Chat(store, question, stream: true));
        var deltas = (await response.Content.ReadAsStringAsync(Cancel)).Split('\n').Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
            .SelectMany(line => JsonElement.Parse(line["data: ".Length..]).GetProperty("choices").EnumerateArray()).Select(choice => choice.GetProperty("delta")).ToList();
        Assert.Equal(text, string.Concat(deltas.Select(delta => delta.TryGetProperty("content", out var content) ? content.GetString() : "")));
        var annotated = Assert.Single(deltas, delta => delta.TryGetProperty("annotations", out _));
        Assert.Equal(file, annotated.GetProperty("annotations")[0].GetProperty("file_citation").GetProperty("filename").GetString());
    }

    /// <summary>By the official package, plain and streamed.</summary>
    private async Task AssertRespondedAsync(string store, string question, string text, string file)
    {
        var client = Gateway.Sdk.GetResponsesClient();
        ResponseResult response = await client.CreateResponseAsync(Options(store, question), Cancel);
        AssertCited(response, question, text, file);

        var options = Options(store, question);
        options.StreamingEnabled = true;
        var updates = new List<StreamingResponseUpdate>();
        await foreach (var update in await client.CreateResponseStreamingAsync(options, Cancel))
        {
            updates.Add(update);
        }

        Assert.Equal(text, string.Concat(updates.OfType<StreamingResponseOutputTextDeltaUpdate>().Select(update => update.Delta)));
        AssertCited(Assert.IsType<StreamingResponseCompletedUpdate>(updates[^1]).Response, question, text, file);
    }

    private static void AssertCited(ResponseResult response, string question, string text, string file)
    {
        var search = Assert.IsType<FileSearchCallResponseItem>(response.OutputItems[0], exactMatch: false);
        Assert.Equal(question, Assert.Single(search.Queries));
        Assert.Equal(file, search.Results[0].Filename);
        Assert.Equal(text, response.GetOutputText());
        var message = Assert.IsType<MessageResponseItem>(response.OutputItems[^1], exactMatch: false);
        var annotation = Assert.IsType<FileCitationMessageAnnotation>(Assert.Single(message.Content[0].OutputTextAnnotations), exactMatch: false);
        Assert.Equal((file, text.Length, search.Results[0].FileId), (annotation.Filename, annotation.Index, annotation.FileId));
    }

    private static CreateResponseOptions Options(string store, string question) => new()
    {
        Model = "local/chat",
        InputItems = { ResponseItem.CreateUserMessageItem(question) },
        Tools = { ResponseTool.CreateFileSearchTool([store], maxResultCount: 5) },
        IncludedProperties = { IncludedResponseProperty.FileSearchCallResults },
    };

    private static string Chat(string store, string question, bool stream) => $$"""
        {"model": "local/chat", "stream": {{(stream ? "true" : "false")}}, "messages": [{"role": "user", "content": "{{question}}"}],
         "tools": [{"type": "file_search", "vector_store_ids": ["{{store}}"], "max_num_results": 5}]}
        """;

    private static string Response(string store, string question) => $$"""
        {"model": "local/chat", "input": "{{question}}", "tools": [{"type": "file_search", "vector_store_ids": ["{{store}}"]}]}
        """;

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string body)
    {
        using var content = Json(body);
        var response = await client.PostAsync(path, content, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
        return response;
    }

    /// <summary>A store of XQuAD's paragraphs, each a file, by the official package.</summary>
    private async Task<(string Store, IReadOnlyDictionary<string, string> Texts)> FillAsync()
    {
        var data = SharedData.Find(out var skip);
        Assert.SkipWhen(skip is not null, skip ?? "");
        var set = JsonElement.Parse(await File.ReadAllBytesAsync(Path.Combine(data!, "xquad", "xquad.en.json"), Cancel)).GetProperty("data");
        var texts = set.EnumerateArray().Where(article => Articles.Contains(article.GetProperty("title").GetString()))
            .SelectMany(article => article.GetProperty("paragraphs").EnumerateArray().Select((paragraph, index) =>
                KeyValuePair.Create($"{article.GetProperty("title").GetString()}-{index}.txt", paragraph.GetProperty("context").GetString()!)))
            .ToDictionary();
        var files = Gateway.Sdk.GetOpenAIFileClient();
        var options = new VectorStoreCreationOptions { Name = "xquad" };
        foreach (var (name, text) in texts)
        {
            OpenAIFile file = await files.UploadFileAsync(BinaryData.FromString(text), name, FileUploadPurpose.Assistants);
            options.FileIds.Add(file.Id);
        }

        var stores = Gateway.Sdk.GetVectorStoreClient();
        VectorStore store = await stores.CreateVectorStoreAsync(options, Cancel);
        store = await Eventually.GetAsync<VectorStore>(
            async token => (await stores.GetVectorStoreAsync(store.Id, token)).Value is { Status: VectorStoreStatus.Completed } done ? done : null, "the documents to be taken in", TimeSpan.FromMinutes(3), Cancel);
        Assert.Equal(texts.Count, store.FileCounts.Completed);
        return (store.Id, texts);
    }
}

[Collection<StandaloneShape>]
public sealed class FileSearchInStandalone(StandaloneFixture fixture) : FileSearchTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class FileSearchInServices(ServicesFixture fixture) : FileSearchTests(fixture.Gateway);
