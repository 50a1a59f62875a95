using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>The loop in one call: an application's name, its corrected traffic, and what people say of the answers are all that it takes.</summary>
public abstract class ImprovementTests(RunningSystem gateway) : Scenario(gateway)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly string _route = $"support-{Guid.CreateVersion7():N}";
    private int _asked;

    private string Metric => $"{_route}-right";

    [Fact]
    public async Task A_route_is_improved_from_its_traffic_to_a_promoted_model_and_the_application_changes_nothing()
    {
        var (train, test) = (BankingCalls.Read("train.csv"), BankingCalls.Read("test.csv"));
        await SendAsync(HttpMethod.Put, $"/v1/aliases/{_route}", new JsonObject { ["model"] = "local/chat" });
        await Parallel.ForEachAsync(train, Cancel, async (question, _) => await AskAsync(question, corrects: true));
        await Eventually.TrueAsync(async token => await IsStoredAsync(token), "every call in the log", Patience);

        var improvement = (await SendAsync(HttpMethod.Post, "/v1/improvements", new JsonObject
        {
            ["route"] = _route,
            ["goal"] = new JsonObject { ["metric"] = Metric },
            ["budget_usd"] = 1,
            ["approve"] = "auto",
            ["suffix"] = "better",
            ["canary"] = new JsonObject { ["steps"] = new JsonArray(0.5, 1), ["min_units"] = 40, ["guardrails"] = new JsonArray() },
        })).GetProperty("id").GetString()!;
        var ended = await PromoteAsync($"/v1/improvements/{improvement}", test);

        Assert.True(ended.TryGetProperty("outcome", out var outcome) && outcome.GetString() == "promoted", ended.ToString());
        Assert.All(ended.GetProperty("steps").EnumerateArray(), step => Assert.True(step.GetProperty("status").GetString() == "completed", step.ToString()));
        var model = ended.GetProperty("fine_tuned_model").GetString();
        foreach (var address in Gateway.Gateways)
        {
            var client = Gateway.ClientOf(address);
            await Eventually.TrueAsync(async _ => await AnswerAsync(client, "Someone stole my card") == "lost_or_stolen_card", "the new model to answer");
        }

        var shown = await GetAsync($"/v1/models/{model}");
        Assert.Equal("production", shown.GetProperty("stage").GetString());
        Assert.Equal("better", shown.GetProperty("evaluation").GetProperty("verdict").GetString());
        Assert.Equal(64, shown.GetProperty("dataset_hash").GetString()!.Split(':')[0].Length);
        var report = await Http.GetStringAsync($"/v1/improvements/{improvement}?format=markdown", Cancel);
        Assert.Contains("fine-tuning: +", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_without_feedback_is_told_what_is_missing()
    {
        var improvement = (await SendAsync(HttpMethod.Post, "/v1/improvements", new JsonObject
        {
            ["route"] = _route,
            ["base_model"] = "local/chat",
            ["goal"] = new JsonObject { ["metric"] = Metric },
        })).GetProperty("id").GetString()!;
        var ended = await AwaitAsync($"/v1/improvements/{improvement}", row => row.GetProperty("status").GetString() == "failed");
        Assert.Equal("too_few_calls", ended.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("/v1/feedback", ended.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Traffic with feedback, as long as the canary needs some.</summary>
    private Task<JsonElement> PromoteAsync(string path, List<(string Text, string Label)> questions) => AwaitAsync(path, async row =>
    {
        if (row.GetProperty("status").GetString() is "completed" or "failed")
        {
            return true;
        }

        if (row.TryGetProperty("experiment_id", out _))
        {
            await Parallel.ForEachAsync(questions.Take(40), Cancel, async (question, _) => await AskAsync(question, corrects: false));
        }

        return false;
    });

    private async Task AskAsync((string Text, string Label) question, bool corrects)
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

    /// <summary>The last call is, and so are those before it, but for a few that another gateway has still to ship.</summary>
    private async Task<bool> IsStoredAsync(CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync($"/v1/inferences?model={_route}&limit=100", cancellationToken);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken)).GetProperty("data").GetArrayLength() == 100;
    }

    private Task<JsonElement> AwaitAsync(string path, Func<JsonElement, bool> isEnd) => AwaitAsync(path, row => Task.FromResult(isEnd(row)));

    private async Task<JsonElement> AwaitAsync(string path, Func<JsonElement, Task<bool>> isEnd)
    {
        JsonElement row = default;
        try
        {
            await Eventually.TrueAsync(async _ => await isEnd(row = await GetAsync(path)), $"{path} to end", Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"not ended: {row}");
        }

        return row;
    }

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetStringAsync(path, Cancel));

    private JsonObject Chat(string question) => new()
    {
        ["model"] = _route,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question }),
    };

    private async Task<string?> AnswerAsync(HttpClient client, string question) =>
        (await PostAsync(client, "/v1/chat/completions", Chat(question).ToJsonString()))
            .GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = Json(body.ToJsonString()) };
        using var response = await Http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }
}

[Collection<StandaloneShape>]
public sealed class ImprovementsInStandalone(StandaloneFixture fixture) : ImprovementTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class ImprovementsInServices(ServicesFixture fixture) : ImprovementTests(fixture.Gateway);
