using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Real questions of a bank's customers become clean, divided training data: from their file, and from traffic.</summary>
public abstract class CuratedDatasetTests(RunningSystem gateway) : Scenario(gateway)
{
    private const int Questions = 60;

    [Fact]
    public async Task A_file_of_real_questions_is_cleaned_divided_without_leakage_and_exported_in_each_format()
    {
        // A project of its own: what others test models by must not be trained on.
        using var client = await JoinAsync("curation");
        var dataset = (await PostAsync(client, "/v1/datasets", """{"name":"banking77"}""")).GetProperty("id").GetString();
        var file = await UploadAsync(client, await File.ReadAllBytesAsync(Path.Combine(Data(), "banking77", "train.csv"), Cancel), "train.csv");
        var version = await PostAsync(client, $"/v1/datasets/{dataset}/versions", $$$"""
            {
              "source": {"type": "file", "file_id": "{{{file}}}", "format": "csv", "columns": {"input": "text", "reference": "category"}},
              "curation": [{"step": "exact_duplicates"}, {"step": "near_duplicates"}],
              "split": {"train": 0.8, "validation": 0.1, "test": 0.1, "seed": 7, "by": "near_duplicates", "stratify": "reference"}
            }
            """);

        var (items, dropped) = (version.GetProperty("item_count").GetInt32(), version.GetProperty("dropped"));
        Assert.Equal(10_003, items + dropped.EnumerateObject().Sum(reason => reason.Value.GetInt32()));
        Assert.InRange(dropped.GetProperty("near_duplicate").GetInt32(), 1, 1000);
        var path = $"/v1/datasets/{dataset}/versions/{version.GetProperty("version")}";
        var leakage = JsonElement.Parse(await client.GetStringAsync($"{path}/leakage?split=train", Cancel));
        Assert.Equal(0, leakage.GetProperty("count").GetInt32());

        var train = version.GetProperty("splits").GetProperty("train").GetInt32();
        Assert.InRange(train / (double)items, 0.79, 0.81);
        foreach (var format in new[] { "items", "openai", "openai_reinforcement", "evals", "trl", "llama_factory", "axolotl" })
        {
            var lines = (await client.GetStringAsync($"{path}/export?format={format}&split=train", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal((format, train), (format, lines.Length));
            Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonElement.Parse(line).ValueKind));
        }

        Assert.Equal("PAR1"u8.ToArray(), (await client.GetByteArrayAsync($"{path}/export?format=parquet", Cancel))[^4..]);
        Assert.StartsWith("id,", await client.GetStringAsync($"{path}/export?format=csv&split=test", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_of_real_questions_with_feedback_becomes_a_version_by_one_call()
    {
        var questions = PreparedTasks.Questions("train.csv", Questions / PreparedTasks.Intents.Length);
        await Parallel.ForEachAsync(questions, Cancel, async (question, _) => await AskAsync(question));

        var dataset = (await PostAsync(Http, "/v1/datasets", """{"name":"from traffic"}""")).GetProperty("id").GetString();
        const string filter = """{"metadata": {"suite": "curated"}, "feedback": {"metric": "curated_right", "equals": false}}""";
        await Eventually.TrueAsync(
            async _ => (await PostAsync(Http, $"/v1/datasets/{dataset}/from_inferences", $$"""{"filter": {{filter}}, "output": "demonstration", "dry_run": true}"""))
                .GetProperty("matching").GetInt32() == questions.Count,
            "all calls to be stored");
        var version = await PostAsync(Http, $"/v1/datasets/{dataset}/from_inferences", $$"""{"filter": {{filter}}, "output": "demonstration"}""");

        Assert.Equal(questions.Count, version.GetProperty("item_count").GetInt32());
        var lines = (await Http.GetStringAsync($"/v1/datasets/{dataset}/versions/1/export?format=items", Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            questions.Select(question => (question["question"]!.ToString(), question["intent"]!.ToString())).Order(),
            lines.Select(line => JsonElement.Parse(line)).Select(item => (
                item.GetProperty("input").GetProperty("messages")[0].GetProperty("content").GetString()!, item.GetProperty("reference").GetString()!)).Order());
    }

    /// <summary>Asks the provider, which knows nothing of banks, and says that it was wrong and what was right.</summary>
    private async Task AskAsync(JsonObject question)
    {
        var body = new JsonObject
        {
            ["model"] = "test/gpt-4o-mini",
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question["question"]!.DeepClone() }),
            ["metadata"] = new JsonObject { ["suite"] = "curated" },
        };
        using var content = Json(body.ToJsonString());
        using var answer = await Http.PostAsync("/v1/chat/completions", content, Cancel);
        var id = answer.EnsureSuccessStatusCode().Headers.GetValues("x-llmgateway-inference-id").Single();
        await PostAsync(Http, "/v1/feedback", $$"""{"inference_id":"{{id}}","metric":"curated_right","value":false}""");
        await PostAsync(Http, "/v1/feedback", $$"""{"inference_id":"{{id}}","metric":"demonstration","value":"{{question["intent"]}}"}""");
    }

    private static async Task<string> UploadAsync(HttpClient client, byte[] bytes, string name)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("user_data", Encoding.UTF8), "purpose" },
            { new ByteArrayContent(bytes), "file", name },
        };
        using var response = await client.PostAsync("/v1/files", form, Cancel);
        return JsonElement.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancel)).GetProperty("id").GetString()!;
    }

    private static string Data()
    {
        var data = SharedData.Find(out var reason);
        Assert.SkipWhen(reason is not null, reason ?? "");
        return data!;
    }
}

[Collection<StandaloneShape>]
public sealed class CuratedDatasetsInStandalone(StandaloneFixture fixture) : CuratedDatasetTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class CuratedDatasetsInServices(ServicesFixture fixture) : CuratedDatasetTests(fixture.Gateway);
