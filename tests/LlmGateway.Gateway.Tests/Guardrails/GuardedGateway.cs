using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.Guardrails;

/// <summary>One gateway with its provider, and the ways in which its guarded answers are read.</summary>
internal sealed class GuardedGateway : IAsyncDisposable
{
    public const string Model = "test/gpt-4o-mini";

    private GuardedGateway(UpstreamServer upstream, InProcessGateway gateway) => (Upstream, Gateway) = (upstream, gateway);

    public UpstreamServer Upstream { get; }

    public InProcessGateway Gateway { get; }

    public static async Task<GuardedGateway> StartAsync(params (string Key, string? Value)[] settings)
    {
        var upstream = await UpstreamServer.StartAsync();
        return new GuardedGateway(upstream, await InProcessGateway.StartAsync(upstream.BaseUrl, [("Gateway:DefaultProvider", "test"), .. settings]));
    }

    public static Task<(int Status, JsonElement Body)> PutAsync(InProcessGateway gateway, string name, string json, string? key = null) =>
        gateway.SendAsync(HttpMethod.Put, $"/v1/guardrails/{name}", JsonElement.Parse(json), key);

    /// <summary>Makes a guardrail, and insists on success.</summary>
    public async Task PutAsync(string name, string json)
    {
        var (status, body) = await PutAsync(Gateway, name, json);
        Assert.True(status == 200, body.ToString());
    }

    /// <summary>Asks a model.</summary>
    public Task<(int Status, JsonElement Body)> AskAsync(string text, string? key = null, object? more = null) =>
        PostAsync("chat/completions", Merge(new JsonObject { ["model"] = Model, ["messages"] = new JsonArray(Message(text)) }, more), key);

    public Task<(int Status, JsonElement Body)> PostAsync(string path, JsonObject body, string? key = null) =>
        Gateway.SendAsync(HttpMethod.Post, $"/v1/{path}", body, key);

    /// <summary>Asks a model for a stream.</summary>
    public async Task<GuardedStream> StreamAsync(string text, string path = "chat/completions")
    {
        var body = new JsonObject { ["model"] = Model, ["stream"] = true };
        if (path == "responses")
        {
            body["input"] = text;
        }
        else
        {
            body["messages"] = new JsonArray(Message(text));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/{path}") { Content = JsonContent.Create(body) };
        using var response = await Gateway.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        return GuardedStream.Read(bytes);
    }

    /// <summary>Everything that the gateway keeps of its calls.</summary>
    public string ReadLog()
    {
        var folder = Gateway.Services.GetRequiredService<IConfiguration>()[DataFolder.Key]!;
        var all = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "spool"), "*.seg"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            all.Append(reader.ReadToEnd());
        }

        return all.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    public static string Content(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    /// <summary>A stream of chat chunks with these pieces of text.</summary>
    public static UpstreamScript Chunks(params string[] pieces) => new()
    {
        ContentType = "text/event-stream",
        Body = string.Concat(pieces.Select(piece => Chunk(new JsonObject { ["content"] = piece }))) + Chunk([], "stop") + "data: [DONE]\n\n",
    };

    public static string Chunk(JsonObject delta, string? finish = null, int index = 0) => "data: " + new JsonObject
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion.chunk",
        ["created"] = 1,
        ["model"] = "m",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = index, ["delta"] = delta, ["finish_reason"] = finish }),
    }.ToJsonString() + "\n\n";

    private static JsonObject Message(string text) => new() { ["role"] = "user", ["content"] = text };

    private static JsonObject Merge(JsonObject body, object? more)
    {
        foreach (var (name, value) in (more is null ? null : JsonSerializer.SerializeToNode(more) as JsonObject) ?? [])
        {
            body[name] = value?.DeepClone();
        }

        return body;
    }
}

/// <summary>A stream as a caller reads it.</summary>
/// <param name="Events">The data of each event but the end mark.</param>
/// <param name="IsDone">Whether there was an end mark.</param>
/// <param name="Raw">The whole text.</param>
internal sealed record GuardedStream(IReadOnlyList<JsonElement> Events, bool IsDone, string Raw)
{
    /// <summary>The content of chat chunks.</summary>
    public string Content => ContentOf(0);

    public string? FinishReason => FinishOf(0);

    public string ContentOf(int choice) => string.Concat(Deltas(choice).Select(delta => delta.TryGetProperty("content", out var text) ? text.GetString() : ""));

    public string? FinishOf(int choice) => Choices(choice).Select(one => one.GetProperty("finish_reason").GetString()).LastOrDefault(reason => reason is not null);

    public string Arguments => string.Concat(Deltas(0)
        .Where(delta => delta.TryGetProperty("tool_calls", out _))
        .SelectMany(delta => delta.GetProperty("tool_calls").EnumerateArray())
        .Select(call => call.GetProperty("function").TryGetProperty("arguments", out var text) ? text.GetString() : ""));

    /// <summary>The text pieces of a response.</summary>
    public string OutputText => string.Concat(OfType("response.output_text.delta").Select(one => one.GetProperty("delta").GetString()));

    public IEnumerable<JsonElement> OfType(string type) => Events.Where(one => one.GetProperty("type").GetString() == type);

    public static GuardedStream Read(byte[] bytes)
    {
        using var reader = new SseReader();
        reader.Feed(bytes);
        reader.Complete();
        var events = new List<JsonElement>();
        var done = false;
        while (reader.TryRead(out var frame))
        {
            var data = SseFrame.Data(frame);
            done |= SseFrame.IsDone(data);
            if (data.StartsWith("{"u8))
            {
                events.Add(JsonElement.Parse(data));
            }
        }

        return new GuardedStream(events, done, Encoding.UTF8.GetString(bytes));
    }

    private IEnumerable<JsonElement> Choices(int choice) => Events
        .Where(one => one.TryGetProperty("choices", out _))
        .SelectMany(one => one.GetProperty("choices").EnumerateArray())
        .Where(one => one.GetProperty("index").GetInt32() == choice);

    private IEnumerable<JsonElement> Deltas(int choice) => Choices(choice).Select(one => one.GetProperty("delta"));
}
