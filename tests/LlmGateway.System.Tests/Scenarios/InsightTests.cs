using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>
/// Five applications, each of which fails for a reason of its own: insights name the reason, and what they recommend, sent as
/// recommended, does raise the score.
/// </summary>
public abstract class InsightTests(RunningSystem gateway) : Scenario(gateway)
{
    private const int Each = 10;
    private static readonly string Labels = string.Join(", ", PreparedTasks.Intents);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Where_passages_lack_retrieval_is_recommended_and_helps()
    {
        var (eval, items) = (await EvalAsync(Check("{{ item.answer }}", "ilike")), PreparedTasks.Articles());
        items = await AnswerableAsync(eval, items, 40);
        var run = await RunAsync(eval, Ask(items, "Answer the question.", "Question: {{ item.question }}"));
        var insight = await ExplainAsync(eval, run, new JsonObject
        {
            ["oracle_context"] = "{{ item.passage }}",
            ["retrieval"] = new JsonObject { ["dataset_id"] = await PassagesAsync([]), ["k"] = 3, ["query"] = "{{ item.question }}" },
        });
        await AssertHelpsAsync(eval, run, insight, "context-missing", "retrieval");
    }

    [Fact]
    public async Task Where_passages_hide_the_one_that_answers_fewer_are_recommended_and_help()
    {
        var (eval, articles) = (await EvalAsync(Check("{{ item.answer }}", "ilike")), PreparedTasks.Articles());
        var items = await AnswerableAsync(eval, articles, 40);
        var source = Ask(items, "Answer the question.", "Question: {{ item.question }}");
        source["context"] = new JsonObject { ["dataset_id"] = await PassagesAsync(items.Select(item => Digest(item, articles))), ["k"] = 4, ["query"] = "{{ item.question }}" };
        var run = await RunAsync(eval, source);
        var insight = await ExplainAsync(eval, run, new JsonObject { ["oracle_context"] = "{{ item.passage }}", ["closed_book"] = true });
        await AssertHelpsAsync(eval, run, insight, "context-noise", "rerank");
    }

    [Fact]
    public async Task Where_the_form_is_broken_asking_for_it_is_recommended_and_helps()
    {
        var eval = await EvalAsync(Check("""{"intent":"{{ item.intent }}"}""", "eq"));
        var run = await RunAsync(eval, Ask(PreparedTasks.Questions("test.csv", Each), $"Answer with one of these labels: {Labels}"));
        var insight = await ExplainAsync(eval, run, new JsonObject
        {
            ["format"] = new JsonObject
            {
                ["schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["intent"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. PreparedTasks.Intents.Select(intent => JsonValue.Create(intent))]) } },
                    ["required"] = new JsonArray("intent"),
                    ["additionalProperties"] = false,
                },
            },
        });
        await AssertHelpsAsync(eval, run, insight, "behaviour-format", "prompt");
    }

    [Fact]
    public async Task Where_the_model_has_not_learned_what_to_do_examples_are_recommended_and_help()
    {
        // Nothing but examples tells which code is whose.
        var eval = await EvalAsync(Check("{{ item.code }}", "eq"));
        var run = await RunAsync(eval, Ask(Coded("test.csv", Each), "Answer with one of these labels: A1, B2, C3, D4"));
        var insight = await ExplainAsync(eval, run, new JsonObject { ["few_shot"] = await ExamplesAsync(Coded("train.csv", 4 * Each), "code") });
        await AssertHelpsAsync(eval, run, insight, "behaviour-reasoning", "few_shot");
    }

    [Fact]
    public async Task Where_labels_are_wrong_they_are_found_and_mended()
    {
        // Every third label is the next intent's; what a person says of it stands in the item.
        var items = PreparedTasks.Questions("test.csv", Each);
        foreach (var (place, item) in items.Index())
        {
            item["person"] = (string?)item["intent"];
            item["intent"] = place % 3 == 0 ? PreparedTasks.Intents[(Array.IndexOf(PreparedTasks.Intents, (string?)item["intent"]) + 1) % 4] : (string?)item["intent"];
        }

        var eval = await EvalAsync(Check("{{ item.intent }}", "eq"), Check("{{ item.person }}", "eq", "person"));
        var source = Ask(items, $"Answer with one of these labels: {Labels}");
        source["few_shot"] = await ExamplesAsync(PreparedTasks.Questions("train.csv", 4 * Each), "intent");
        var run = await RunAsync(eval, source);
        var insight = await ExplainAsync(eval, run, new JsonObject { ["human"] = new JsonObject { ["type"] = "criterion", ["name"] = "person" } });
        var step = AssertNames(insight, "label-or-grader", "fix_data");

        var mended = (await GetAsync($"{step.GetProperty("request").GetProperty("path")}&limit=100")).GetProperty("data").EnumerateArray().ToList();
        foreach (var wrong in mended)
        {
            var item = items[wrong.GetProperty("datasource_item_id").GetInt32()];
            item["intent"] = (string?)item["person"];
        }

        source["source"] = Inline(items);
        var (before, after) = (await PassedAsync(eval, run), await PassedAsync(eval, await RunAsync(eval, source)));
        Assert.InRange(mended.Count, Each, 2 * Each);
        Assert.Equal(before + mended.Count, after);
    }

    private static List<JsonObject> Coded(string file, int each)
    {
        string[] codes = ["A1", "B2", "C3", "D4"];
        var items = PreparedTasks.Questions(file, each);
        items.ForEach(item => item["code"] = codes[Array.IndexOf(PreparedTasks.Intents, (string?)item["intent"])]);
        return items;
    }

    private static JsonObject Check(string reference, string operation, string name = "right") => new()
    {
        ["type"] = "string_check",
        ["name"] = name,
        ["input"] = "{{ sample.output_text }}",
        ["reference"] = reference,
        ["operation"] = operation,
    };

    private static JsonObject Inline(IEnumerable<JsonObject> items) => new()
    {
        ["type"] = "file_content",
        ["content"] = new JsonArray([.. items.Select(item => new JsonObject { ["item"] = item.DeepClone() })]),
    };

    private static JsonObject Ask(IEnumerable<JsonObject> items, string instruction, string question = "{{ item.question }}") => new()
    {
        ["type"] = "completions",
        ["model"] = "local/chat",
        ["source"] = Inline(items),
        ["input_messages"] = new JsonObject
        {
            ["type"] = "template",
            ["template"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = instruction },
                new JsonObject { ["role"] = "user", ["content"] = question }),
        },
    };

    private async Task<string> EvalAsync(params JsonObject[] criteria) => await CreateAsync("/v1/evals", new JsonObject
    {
        ["data_source_config"] = new JsonObject { ["type"] = "custom", ["include_sample_schema"] = true, ["item_schema"] = new JsonObject { ["type"] = "object" } },
        ["testing_criteria"] = new JsonArray([.. criteria]),
    });

    private async Task<string> RunAsync(string eval, JsonObject dataSource) =>
        await EndedRunAsync(eval, await CreateAsync($"/v1/evals/{eval}/runs", new JsonObject { ["data_source"] = dataSource.DeepClone() }));

    private async Task<string> EndedRunAsync(string eval, string run)
    {
        await EndedAsync($"/v1/evals/{eval}/runs/{run}");
        return run;
    }

    /// <summary>Only questions that the model answers from their own passage, so that nothing else is the matter with them.</summary>
    private async Task<List<JsonObject>> AnswerableAsync(string eval, List<JsonObject> items, int count)
    {
        var run = await RunAsync(eval, Ask(items, "Answer the question.\nContext: {{ item.passage }}", "Question: {{ item.question }}"));
        var passed = new List<JsonObject>();
        for (var page = await GetAsync($"/v1/evals/{eval}/runs/{run}/output_items?status=pass&limit=100"); ;)
        {
            passed.AddRange(page.GetProperty("data").EnumerateArray().Select(item => items[item.GetProperty("datasource_item_id").GetInt32()]));
            if (passed.Count >= count || !page.GetProperty("has_more").GetBoolean())
            {
                return [.. passed.Take(count)];
            }

            page = await GetAsync($"/v1/evals/{eval}/runs/{run}/output_items?status=pass&limit=100&after={page.GetProperty("last_id")}");
        }
    }

    /// <summary>A long text on other things, in which somebody asks the same and is given no answer.</summary>
    private static string Digest(JsonObject item, List<JsonObject> articles)
    {
        var start = articles.FindIndex(article => (string?)article["question"] == (string?)item["question"]);
        var others = Enumerable.Range(1, 5).Select(step => (string?)articles[(start + (20 * step)) % articles.Count]["passage"]);
        return $"{string.Join('\n', others)}\n{((string)item["question"]!).TrimEnd('?')} is what nobody could say.";
    }

    private async Task<string> PassagesAsync(IEnumerable<string> others) =>
        await DatasetAsync(PreparedTasks.Articles().Select(item => (string?)item["passage"]).Concat(others).Select(passage => new JsonObject { ["input"] = passage }));

    private async Task<JsonObject> ExamplesAsync(IEnumerable<JsonObject> items, string reference) => new()
    {
        ["dataset_id"] = await DatasetAsync(items.Select(item => new JsonObject { ["input"] = (string?)item["question"], ["reference"] = (string?)item[reference] })),
        ["k"] = 8,
    };

    private async Task<string> DatasetAsync(IEnumerable<JsonObject> items)
    {
        using var lines = new StringContent(string.Join('\n', items.Select(item => item.ToJsonString())));
        using var purpose = new StringContent("fine-tune");
        using var form = new MultipartFormDataContent { { purpose, "purpose" }, { lines, "file", "items.jsonl" } };
        using var response = await Http.PostAsync("/v1/files", form, Cancel);
        var file = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)).GetProperty("id").GetString();
        var dataset = await CreateAsync("/v1/datasets", new JsonObject { ["name"] = $"insights-{file}" });
        await CreateAsync($"/v1/datasets/{dataset}/versions", new JsonObject { ["source"] = new JsonObject { ["type"] = "file", ["file_id"] = file } });
        return dataset;
    }

    private async Task<JsonElement> ExplainAsync(string eval, string run, JsonObject probes)
    {
        var id = await CreateAsync("/v1/insights", new JsonObject { ["eval_id"] = eval, ["run_id"] = run, ["testing_criterion"] = "right", ["probes"] = probes });
        return await EndedAsync($"/v1/insights/{id}");
    }

    /// <summary>The first step is the right one, and most failed items are labelled so.</summary>
    private static JsonElement AssertNames(JsonElement insight, string label, string technique)
    {
        var (group, step) = (insight.GetProperty("groups")[0], insight.GetProperty("next_steps")[0]);
        Assert.True(group.GetProperty("label").GetString() == label && step.GetProperty("technique").GetString() == technique, insight.ToString());
        Assert.True(group.GetProperty("share").GetProperty("value").GetDouble() > 0.5, insight.ToString());
        Assert.True(step.GetProperty("verdict").GetString() == "shown", insight.ToString());
        return step;
    }

    /// <summary>What is recommended is sent as it stands, and compared.</summary>
    private async Task AssertHelpsAsync(string eval, string run, JsonElement insight, string label, string technique)
    {
        var request = AssertNames(insight, label, technique).GetProperty("request");
        var created = await PostAsync(Http, request.GetProperty("path").GetString()!, request.GetProperty("body").GetRawText());
        var tried = await EndedRunAsync(eval, created.GetProperty("id").GetString()!);
        var comparison = await PostAsync(
            Http, $"/v1/evals/{eval}/comparisons", new JsonObject { ["baseline"] = run, ["candidates"] = new JsonArray(tried) }.ToJsonString());
        var result = comparison.GetProperty("candidates")[0].GetProperty("results")[0];
        Assert.True(result.GetProperty("verdict").GetString() == "better", $"{insight}\n{result}");
    }

    private async Task<int> PassedAsync(string eval, string run) =>
        (await GetAsync($"/v1/evals/{eval}/runs/{run}")).GetProperty("per_testing_criteria_results")[0].GetProperty("passed").GetInt32();

    private async Task<string> CreateAsync(string path, JsonObject body) => (await PostAsync(Http, path, body.ToJsonString())).GetProperty("id").GetString()!;

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetStringAsync(path, Cancel));

    private async Task<JsonElement> EndedAsync(string path)
    {
        JsonElement current = default;
        await Eventually.TrueAsync(
            async token =>
            {
                current = JsonElement.Parse(await Http.GetStringAsync(path, token));
                return current.GetProperty("status").GetString() is "completed" or "failed";
            },
            $"{path} to end",
            Patience);
        Assert.True(current.GetProperty("status").GetString() == "completed", current.ToString());
        return current;
    }
}

[Collection<StandaloneShape>]
public sealed class InsightsInStandalone(StandaloneFixture fixture) : InsightTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class InsightsInServices(ServicesFixture fixture) : InsightTests(fixture.Gateway);
