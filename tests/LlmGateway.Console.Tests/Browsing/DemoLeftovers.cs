using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Console.Tests.Browsing;

/// <summary>
/// What the demo leaves empty, filled by the public API out of what it made: a prompt with a change to try, a store of this project's
/// documents, a queue to annotate, what changes were worth, what to try next, an improvement that waits for approval, and a budget.
/// </summary>
internal sealed class DemoLeftovers
{
    private const int Items = 300;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The demo's own: its ladder.</summary>
    public required string Eval { get; init; }

    public required string Store { get; init; }

    public required string Queue { get; init; }

    public required string Attribution { get; init; }

    public required string Insight { get; init; }

    public required string Improvement { get; init; }

    public static async Task<DemoLeftovers> MakeAsync(HttpClient http)
    {
        var evals = await http.GetFromJsonAsync<JsonElement>("/v1/evals?limit=100", Cancelled);
        var eval = evals.GetProperty("data").EnumerateArray().Single(eval => eval.GetProperty("name").GetString() == "intents").GetProperty("id").GetString()!;
        var runs = await http.GetFromJsonAsync<JsonElement>($"/v1/evals/{eval}/runs?limit=100&order=asc", Cancelled);
        var questions = await QuestionsAsync(http, runs.GetProperty("data")[0]);
        var instructions = $"Answer with one of these labels: {string.Join(", ", questions.Select(Label).Distinct().Order(StringComparer.Ordinal))}";
        var examples = await DatasetAsync(http, "support questions", questions);
        await PromptAsync(http, instructions);
        await DemoSystem.PostAsync(http, "/v1/limits", new { name = "support's month", resource = "requests", window = "month", limit = 25_000, scope = new { type = "project" } });
        await DemoSystem.PostAsync(http, "/v1/limits", new { name = "each customer's day", resource = "tokens", window = "day", limit = 10_000, scope = new { type = "end_user" }, mode = "shadow" });
        return new DemoLeftovers
        {
            Eval = eval,
            Store = await StoreAsync(http),
            Queue = await QueueAsync(http, questions),
            Attribution = await AttributionAsync(http, eval, questions, instructions, examples),
            Insight = await InsightAsync(http, eval, runs),
            Improvement = await ImprovementAsync(http),
        };
    }

    /// <summary>The id of the first of a list.</summary>
    public static async Task<string> FirstAsync(HttpClient http, string list) =>
        (await http.GetFromJsonAsync<JsonElement>(list, Cancelled)).GetProperty("data")[0].GetProperty("id").GetString()!;

    /// <summary>Held-out questions with their labels, as the demo's first run asked them.</summary>
    private static async Task<IReadOnlyList<JsonObject>> QuestionsAsync(HttpClient http, JsonElement run)
    {
        var file = run.GetProperty("data_source").GetProperty("source").GetProperty("id").GetString();
        var lines = (await http.GetStringAsync($"/v1/files/{file}/content", Cancelled)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Where((_, index) => index % (lines.Length / Items) == 0).Take(Items).Select(line => JsonNode.Parse(line)!["item"]!.AsObject())];
    }

    private static string Label(JsonObject item) => item["label"]!.GetValue<string>();

    private static string Question(JsonObject item) => item["question"]!.GetValue<string>();

    private static async Task<string> DatasetAsync(HttpClient http, string name, IReadOnlyList<JsonObject> questions)
    {
        var lines = string.Join('\n', questions.Select(item => JsonSerializer.Serialize(new { input = Question(item), reference = Label(item) })));
        var file = await Uploads.SendAsync(http, "evals", "questions.jsonl", lines);
        var dataset = (await DemoSystem.PostAsync(http, "/v1/datasets", new { name })).GetProperty("id").GetString()!;
        await DemoSystem.PostAsync(http, $"/v1/datasets/{dataset}/versions", new { source = new { type = "file", file_id = file } });
        return dataset;
    }

    private static async Task PromptAsync(HttpClient http, string instructions)
    {
        var first = Prompt("Say in a word or two what the customer wants.");
        first["name"] = "intents";
        await DemoSystem.PostAsync(http, "/v1/prompts", first);
        await DemoSystem.PostAsync(http, "/v1/prompts/intents/versions", Prompt(instructions));
        using var deployed = await http.PutAsJsonAsync("/v1/prompts/intents/labels/production", new { version = 1 }, Cancelled);
        deployed.EnsureSuccessStatusCode();
    }

    private static JsonObject Prompt(string system) => new()
    {
        ["model"] = "local/chat",
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "system", ["content"] = system }),
        ["parameters"] = new JsonObject { ["temperature"] = 0 },
    };

    private static async Task<string> StoreAsync(HttpClient http)
    {
        var files = new List<string>();
        foreach (var path in Directory.EnumerateFiles(FindDocs(), "*.md").Order(StringComparer.Ordinal))
        {
            files.Add(await Uploads.SendAsync(http, "assistants", Path.GetFileName(path), await File.ReadAllTextAsync(path, Cancelled)));
        }

        var store = (await DemoSystem.PostAsync(http, "/v1/vector_stores", new { name = "LlmGateway's documents", file_ids = files })).GetProperty("id").GetString()!;
        await EndedAsync(http, $"/v1/vector_stores/{store}");
        return store;
    }

    private static string FindDocs()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "docs", "console.md")))
            {
                return Path.Combine(folder.FullName, "docs");
            }
        }

        throw new DirectoryNotFoundException("docs is in no folder above the tests");
    }

    private static async Task<string> QueueAsync(HttpClient http, IReadOnlyList<JsonObject> questions)
    {
        var queue = (await DemoSystem.PostAsync(http, "/v1/annotation_queues", new
        {
            name = "answers to customers",
            rubric = "Does the label say what the customer wants? Think of who has to act on it.",
            return_type = new { type = "categorical", options = new[] { "no", "nearly", "yes" } },
        })).GetProperty("id").GetString()!;
        var items = questions.Take(20).Select((item, index) => new { id = $"question-{index + 1}", input = Question(item), output = Label(item) }).ToArray();
        await DemoSystem.PostAsync(http, $"/v1/annotation_queues/{queue}/items", new { source = new { type = "inline", items } });
        return queue;
    }

    private static async Task<string> AttributionAsync(HttpClient http, string eval, IReadOnlyList<JsonObject> questions, string instructions, string examples)
    {
        var tuned = (await http.GetFromJsonAsync<JsonElement>("/v1/fine_tuning/jobs?limit=1", Cancelled)).GetProperty("data")[0].GetProperty("fine_tuned_model").GetString()!;
        var attribution = (await DemoSystem.PostAsync(http, "/v1/attributions", new
        {
            eval_id = eval,
            name = "instructions, examples, fine-tuning",
            source = new { type = "file_content", content = questions.Select(item => new { item }) },
            @base = new { model = "local/chat", input_messages = Messages() },
            changes = new object[]
            {
                new { name = "instructions: the labels", set = new { input_messages = Messages(instructions) } },
                new { name = "4 nearest examples", set = new { few_shot = new { dataset_id = examples, k = 4 } } },
                new { name = "fine-tuned", set = new { model = tuned } },
            },
        })).GetProperty("id").GetString()!;
        await EndedAsync(http, $"/v1/attributions/{attribution}");
        return attribution;
    }

    private static object Messages(string? system = null) => new
    {
        type = "template",
        template = system is null
            ? new[] { new { role = "user", content = "{{ item.question }}" } }
            : [new { role = "system", content = system }, new { role = "user", content = "{{ item.question }}" }],
    };

    private static async Task<string> InsightAsync(HttpClient http, string eval, JsonElement runs)
    {
        var insight = (await DemoSystem.PostAsync(http, "/v1/insights", new
        {
            eval_id = eval,
            run_id = runs.GetProperty("data")[1].GetProperty("id").GetString(),
            probes = new { oracle_context = "{{ item.examples }}" },
            max_items = 100,
            budget = 1_000,
        })).GetProperty("id").GetString()!;
        await EndedAsync(http, $"/v1/insights/{insight}");
        return insight;
    }

    private static async Task<string> ImprovementAsync(HttpClient http)
    {
        var improvement = (await DemoSystem.PostAsync(http, "/v1/improvements", new { route = "intent", goal = new { metric = "right" }, budget_usd = 10, approve = "manual" })).GetProperty("id").GetString()!;
        await EndedAsync(http, $"/v1/improvements/{improvement}");
        return improvement;
    }

    private static Task EndedAsync(HttpClient http, string path) => Eventually.TrueAsync(
        async cancellation => (await http.GetFromJsonAsync<JsonElement>(path, cancellation)).GetProperty("status").GetString() is "completed" or "failed" or "waiting_for_approval",
        $"{path} to end",
        TimeSpan.FromMinutes(5),
        Cancelled);
}
