using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.System.Tests;

/// <summary>An application's route: its calls, and what people say of the answers.</summary>
internal sealed class CorrectedRoute(HttpClient http)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private int _asked;

    /// <summary>What the application calls.</summary>
    public string Name { get; } = $"support-{Guid.CreateVersion7():N}";

    /// <summary>The metric that says whether an answer was right.</summary>
    public string Metric => $"{Name}-right";

    /// <summary>Lets the local model answer, and corrects all its answers.</summary>
    public async Task BeginAsync(IEnumerable<(string Text, string Label)> questions)
    {
        await SendAsync(HttpMethod.Put, $"/v1/aliases/{Name}", new JsonObject { ["model"] = "local/chat" });
        await Parallel.ForEachAsync(questions, Cancel, async (question, _) => await AskAsync(question, corrects: true));
    }

    /// <summary>Asks, and says whether the answer was right.</summary>
    /// <param name="question">The question with its label.</param>
    /// <param name="corrects">Whether the right answer is said too.</param>
    public async Task AskAsync((string Text, string Label) question, bool corrects)
    {
        var call = Chat(question.Text);

        // So that no answer comes from the cache.
        call["seed"] = Interlocked.Increment(ref _asked);
        var answer = await SendAsync(HttpMethod.Post, "/v1/chat/completions", call);
        var id = answer.GetProperty("id").GetString();
        var said = answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
        await SendAsync(HttpMethod.Post, "/v1/feedback", new JsonObject { ["inference_id"] = id, ["metric"] = Metric, ["value"] = said == question.Label });
        if (corrects)
        {
            await SendAsync(HttpMethod.Post, "/v1/feedback", new JsonObject
            {
                ["inference_id"] = id,
                ["metric"] = "demonstration",
                ["value"] = new JsonObject { ["role"] = "assistant", ["content"] = question.Label },
            });
        }
    }

    /// <summary>Whether so many of its calls are in the log, 100 at most.</summary>
    public async Task<bool> HasStoredAsync(int calls)
    {
        using var response = await http.GetAsync($"/v1/inferences?model={Name}&limit=100", Cancel);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)).GetProperty("data").GetArrayLength() == calls;
    }

    /// <summary>A request to improve it by itself, with a short canary.</summary>
    public JsonObject Improvement() => new()
    {
        ["route"] = Name,
        ["goal"] = new JsonObject { ["metric"] = Metric },
        ["budget_usd"] = 1,
        ["approve"] = "auto",
        ["suffix"] = "better",
        ["canary"] = new JsonObject { ["steps"] = new JsonArray(0.5, 1), ["min_units"] = 40, ["guardrails"] = new JsonArray() },
    };

    /// <summary>A call of it.</summary>
    public JsonObject Chat(string question) => new()
    {
        ["model"] = Name,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question }),
    };

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        using var response = await http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }
}
