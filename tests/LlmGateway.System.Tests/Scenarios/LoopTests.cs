using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>
/// The whole loop on real questions of four intents: traffic, corrections, a dataset, a fine-tuned model, an evaluation of
/// both, and the switch of the name that the application calls.
/// </summary>
public abstract class LoopTests(RunningSystem gateway) : Scenario(gateway)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Corrected_traffic_becomes_a_model_that_wins_and_answers_under_the_applications_own_name()
    {
        var (train, test) = (BankingCalls.Read("train.csv"), BankingCalls.Read("test.csv"));
        var alias = $"intent-{Guid.CreateVersion7():N}";
        await PutAliasAsync(alias, "local/chat");
        await AskAndCorrectAsync(alias, train);

        var dataset = await MakeDatasetAsync(alias, train.Count);
        var model = await TuneAsync(dataset);
        var comparison = await CompareAsync(model, test);
        Assert.Equal("better", comparison.GetProperty("verdict").GetString());
        Assert.True(comparison.GetProperty("candidate").GetProperty("value").GetDouble() > 0.9, comparison.ToString());

        await PutAliasAsync(alias, model);
        foreach (var address in Gateway.Gateways)
        {
            var client = Gateway.ClientOf(address);
            await Eventually.TrueAsync(async _ => await AnswerAsync(client, alias, "Someone stole my card") == "lost_or_stolen_card", "the new model to answer");
        }
    }

    private Task<JsonElement> PutAliasAsync(string alias, string model) => SendAsync(HttpMethod.Put, $"/v1/aliases/{alias}", new JsonObject { ["model"] = model });

    private async Task AskAndCorrectAsync(string alias, IEnumerable<(string Text, string Label)> questions)
    {
        await Parallel.ForEachAsync(questions, Cancel, async (question, _) =>
        {
            var answer = await SendAsync(HttpMethod.Post, "/v1/chat/completions", Chat(alias, question.Text));
            await SendAsync(HttpMethod.Post, "/v1/feedback", new JsonObject
            {
                ["inference_id"] = answer.GetProperty("id").GetString(),
                ["metric"] = alias,
                ["value"] = new JsonObject { ["role"] = "assistant", ["content"] = question.Label },
            });
        });
    }

    /// <summary>Calls reach the store a moment after their answers, so the version is asked for until it has them all.</summary>
    private async Task<string> MakeDatasetAsync(string metric, int items)
    {
        var dataset = (await SendAsync(HttpMethod.Post, "/v1/datasets", new JsonObject { ["name"] = metric })).GetProperty("id").GetString()!;
        await Eventually.TrueAsync(
            async _ =>
            {
                var version = await SendAsync(HttpMethod.Post, $"/v1/datasets/{dataset}/versions", new JsonObject
                {
                    ["source"] = new JsonObject
                    {
                        ["type"] = "from_inferences",
                        ["filter"] = new JsonObject { ["feedback"] = new JsonObject { ["metric"] = metric } },
                    },
                    ["split"] = new JsonObject { ["train"] = 0.9, ["validation"] = 0.1, ["seed"] = 1, ["by"] = "near_duplicates" },
                });
                return version.GetProperty("item_count").GetInt32() == items;
            },
            "every corrected call in the dataset", Patience);
        return dataset;
    }

    private async Task<string> TuneAsync(string dataset)
    {
        var job = await SendAsync(HttpMethod.Post, "/v1/fine_tuning/jobs", new JsonObject
        {
            ["model"] = "local/chat",
            ["suffix"] = "loop",
            ["dataset"] = new JsonObject { ["id"] = dataset, ["split"] = "train", ["validation_split"] = "validation" },
        });
        var done = await AwaitAsync($"/v1/fine_tuning/jobs/{job.GetProperty("id")}", "succeeded", "failed");
        Assert.True(done.GetProperty("status").GetString() == "succeeded", done.ToString());
        return done.GetProperty("fine_tuned_model").GetString()!;
    }

    private async Task<JsonElement> CompareAsync(string model, IEnumerable<(string Text, string Label)> questions)
    {
        var eval = (await SendAsync(HttpMethod.Post, "/v1/evals", new JsonObject
        {
            ["data_source_config"] = new JsonObject { ["type"] = "custom", ["include_sample_schema"] = true, ["item_schema"] = new JsonObject { ["type"] = "object" } },
            ["testing_criteria"] = new JsonArray(new JsonObject
            {
                ["type"] = "string_check",
                ["name"] = "intent",
                ["operation"] = "eq",
                ["input"] = "{{ sample.output_text }}",
                ["reference"] = "{{ item.label }}",
            }),
        })).GetProperty("id").GetString()!;
        var items = questions.Select(question => (JsonNode)new JsonObject { ["item"] = new JsonObject { ["question"] = question.Text, ["label"] = question.Label } }).ToArray();
        var comparison = await SendAsync(HttpMethod.Post, $"/v1/evals/{eval}/comparisons", new JsonObject
        {
            ["baseline"] = await RunAsync(eval, "local/chat", items),
            ["candidates"] = new JsonArray(await RunAsync(eval, model, items)),
        });
        return comparison.GetProperty("candidates")[0].GetProperty("results")[0];
    }

    private async Task<string> RunAsync(string eval, string model, JsonNode[] items)
    {
        var run = await SendAsync(HttpMethod.Post, $"/v1/evals/{eval}/runs", new JsonObject
        {
            ["data_source"] = new JsonObject
            {
                ["type"] = "completions",
                ["model"] = model,
                ["source"] = new JsonObject { ["type"] = "file_content", ["content"] = new JsonArray([.. items.Select(item => item.DeepClone())]) },
                ["input_messages"] = new JsonObject
                {
                    ["type"] = "template",
                    ["template"] = new JsonArray(
                        new JsonObject { ["role"] = "system", ["content"] = $"Answer with one of these labels: {string.Join(", ", BankingCalls.Intents)}" },
                        new JsonObject { ["role"] = "user", ["content"] = "{{ item.question }}" }),
                },
            },
        });
        var done = await AwaitAsync($"/v1/evals/{eval}/runs/{run.GetProperty("id")}", "completed", "failed");
        Assert.Equal(0, done.GetProperty("result_counts").GetProperty("errored").GetInt32());
        return done.GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> AwaitAsync(string path, params string[] ends)
    {
        JsonElement current = default;
        await Eventually.TrueAsync(
            async token =>
            {
                current = JsonElement.Parse(await Http.GetStringAsync(path, token));
                return ends.Contains(current.GetProperty("status").GetString());
            },
            $"{path} to end", Patience);
        return current;
    }

    private static JsonObject Chat(string model, string question) => new()
    {
        ["model"] = model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question }),
    };

    private async Task<string?> AnswerAsync(HttpClient client, string model, string question) =>
        (await PostAsync(client, "/v1/chat/completions", Chat(model, question).ToJsonString()))
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
public sealed class LoopInStandalone(StandaloneFixture fixture) : LoopTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class LoopInServices(ServicesFixture fixture) : LoopTests(fixture.Gateway);
