using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.OpenAI;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Retrieval;

/// <summary>A gateway with its retrieval service and one provider.</summary>
internal sealed class FileSearchOn : IAsyncDisposable
{
    public const string Question = "How high is Mont Blanc?";

    private readonly GatewayOn _on;

    private FileSearchOn(RetrievalServer retrieval, GatewayOn on) => (Retrieval, _on) = (retrieval, on);

    public RetrievalServer Retrieval { get; }

    public UpstreamServer Upstream => _on.Upstream;

    /// <summary>The calls of a model that the provider got.</summary>
    public IReadOnlyList<UpstreamRequest> Asked => [.. Upstream.Requests.Where(request => request.Method == "POST")];

    public InProcessGateway Gateway => _on.Gateway;

    /// <summary>Starts them, with a store <c>vs_1</c> of two passages.</summary>
    public static async Task<FileSearchOn> StartAsync(params (string Key, string? Value)[] settings)
    {
        var retrieval = await RetrievalServer.StartAsync();
        retrieval.Put("vs_1", new FakePassage("alps", "Mont Blanc is 4,806 m high.", 0.9, 100), new FakePassage("sea", "The Dead Sea lies 430 m below the level of the seas.", 0.4));
        return new FileSearchOn(retrieval, await GatewayOn.StartAsync(Store.Sqlite, [retrieval.Setting, .. settings]));
    }

    public static object Tool(string store = "vs_1") => new { type = "file_search", vector_store_ids = new[] { store } };

    public Task<(int Status, JsonElement Body)> ChatAsync(object tool, string question = Question) =>
        Gateway.SendAsync(HttpMethod.Post, "/v1/chat/completions", Chat(tool, question));

    public static object Chat(object tool, string question = Question, bool stream = false) =>
        new { model = "test/gpt-4o-mini", temperature = 0, stream, messages = new[] { new { role = "system", content = "Be brief." }, new { role = "user", content = question } }, tools = new[] { tool } };

    /// <summary>Asks for a stream.</summary>
    /// <returns>The events' JSON.</returns>
    public async Task<IReadOnlyList<JsonElement>> StreamAsync(string path, object body)
    {
        using var response = await Gateway.Http.PostAsJsonAsync(path, body);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(bytes));
        using var reader = new SseReader();
        reader.Feed(bytes);
        reader.Complete();
        var events = new List<JsonElement>();
        while (reader.TryRead(out var frame))
        {
            if (SseFrame.Data(frame) is var data && data.StartsWith("{"u8))
            {
                events.Add(JsonElement.Parse(data));
            }
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await _on.DisposeAsync();
        await Retrieval.DisposeAsync();
    }
}
