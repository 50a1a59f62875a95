using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using LlmGateway.TestKit;
using OpenAI.Evals;

namespace LlmGateway.System.Tests;

/// <summary>An eval, a run, a comparison and a gate, by the official .NET SDK and by the command line, against the local model.</summary>
public abstract class GateTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Definition =
        """
        "data_source_config": {"type": "custom", "item_schema": {"type": "object"}, "include_sample_schema": true},
        "testing_criteria": [{"type": "exact_match", "name": "intent", "reference": "{{ item.intent }}"}]
        """;

    private const string Messages =
        """{"type": "template", "template": [{"role": "system", "content": "Answer with one of these labels: refund, card_arrival"}, {"role": "user", "content": "{{ item.question }}"}]}""";

    private const string Rules =
        """[{"type": "cutoff", "at_least": 0.5, "by": "point"}, {"type": "non_inferiority", "margin": 0.5}, {"type": "errors", "at_most": 0}]""";

    private static readonly string[] Items =
    [
        """{"item": {"question": "When will my card arrive?", "intent": "card_arrival", "wrong": "none"}}""",
        """{"item": {"question": "My new card has not come, when does the card arrive?", "intent": "card_arrival", "wrong": "none"}}""",
        """{"item": {"question": "Has the card been sent? Card arrival is late", "intent": "card_arrival", "wrong": "none"}}""",
        """{"item": {"question": "I want a refund", "intent": "refund", "wrong": "none"}}""",
        """{"item": {"question": "Please refund my payment", "intent": "refund", "wrong": "none"}}""",
        """{"item": {"question": "How do I request a refund for this?", "intent": "refund", "wrong": "none"}}""",
    ];

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_official_SDK_makes_them()
    {
        var client = new EvaluationClient(
            new ApiKeyCredential(RunningSystem.AdminKey), new EvaluationClientOptions { Endpoint = new Uri(Gateway.BaseUrl, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });
        var eval = Read(await client.CreateEvaluationAsync(Content($$"""{"name": "sdk", {{Definition}}}"""))).GetProperty("id").GetString()!;
        var recorded = await RunAsync(client, eval, "replay/source#wrong");
        var asked = await RunAsync(client, eval, "local/chat");
        Assert.True(asked.GetProperty("result_counts").GetProperty("passed").GetInt32() >= 4, asked.ToString());

        var comparison = await PostAsync(client, $"evals/{eval}/comparisons", $$"""{"baseline": "{{recorded.GetProperty("id")}}", "candidates": ["{{asked.GetProperty("id")}}"]}""");
        var difference = comparison.GetProperty("candidates")[0].GetProperty("results")[0].GetProperty("difference");
        Assert.True(difference.GetProperty("low").GetDouble() > 0, comparison.ToString());
        var gate = await PostAsync(client, $"evals/{eval}/gates", $$"""{"run_id": "{{asked.GetProperty("id")}}", "baseline": "{{recorded.GetProperty("id")}}", "rules": {{Rules}}}""");
        Assert.True(gate.GetProperty("verdict").GetString() == "pass", gate.ToString());
    }

    [Fact]
    public async Task The_command_line_makes_them_from_a_file_and_its_items()
    {
        using var folder = new TempFolder();
        var name = $"cli-{Guid.CreateVersion7():N}";
        await File.WriteAllLinesAsync(Path.Combine(folder.Path, "items.jsonl"), Items, Cancel);
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "eval.json"),
            $$"""
            {
              "name": "{{name}}", {{Definition}},
              "run": {"data_source": {"type": "completions", "model": "local/chat", "source": {"type": "file", "path": "items.jsonl"}, "input_messages": {{Messages}} } },
              "gate": {"rules": {{Rules}}, "baseline": "main"}
            }
            """,
            Cancel);
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "main.json"),
            $$"""{"name": "{{name}}", {{Definition}}, "run": {"name": "main", "data_source": {"type": "completions", "model": "replay/source#wrong", "source": {"type": "file", "path": "items.jsonl"} } } }""",
            Cancel);

        await CliAsync(folder.Path, 0, "eval", "run", "main.json");
        var gate = await CliAsync(folder.Path, 0, "eval", "run", "eval.json", "--name", "branch");
        Assert.Contains("gate: pass", gate, StringComparison.Ordinal);
        var evals = JsonElement.Parse(await CliAsync(folder.Path, 0, "eval", "list", "--format", "json"));
        var eval = evals.EnumerateArray().Single(found => found.GetProperty("name").GetString() == name).GetProperty("id").GetString()!;

        // Whether six items show the difference is the model's affair; that it is compared is ours.
        var report = await CliAsync(folder.Path, null, "eval", "compare", eval, "main", "branch", "--format", "markdown");
        Assert.StartsWith("# 1 run compared with main", report, StringComparison.Ordinal);
        Assert.Contains("<testsuites>", await CliAsync(folder.Path, 0, "eval", "gate", eval, "branch", "--rules", "eval.json", "--format", "junit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_samples_of_the_docs_show_which_prompt_is_better()
    {
        var samples = SourceFolder.Find("docs", "samples", "Evals");
        await CliAsync(samples, 0, "eval", "run", "bare.json");
        await CliAsync(samples, 0, "eval", "run", "labels.json");

        var report = await CliAsync(samples, 0, "eval", "compare", "support intents", "bare", "labels");
        Assert.Contains("better", report, StringComparison.Ordinal);
    }

    /// <summary>Ours are beside OpenAI's: the SDK's own pipeline sends them.</summary>
    private static async Task<JsonElement> PostAsync(EvaluationClient client, string path, string body)
    {
        using var message = client.Pipeline.CreateMessage();
        message.Request.Method = "POST";
        message.Request.Uri = new Uri($"{client.Endpoint.ToString().TrimEnd('/')}/{path}");
        message.Request.Headers.Set("Content-Type", "application/json");
        message.Request.Content = Content(body);
        message.Apply(new RequestOptions { CancellationToken = Cancel });
        await client.Pipeline.SendAsync(message);
        Assert.False(message.Response!.IsError, message.Response.Content.ToString());
        return JsonElement.Parse(message.Response.Content.ToString());
    }

    private static async Task<JsonElement> RunAsync(EvaluationClient client, string eval, string model)
    {
        var prompt = model.StartsWith("replay/", StringComparison.Ordinal) ? "" : $$""", "input_messages": {{Messages}}""";
        var source = $$"""{"type": "file_content", "content": [{{string.Join(',', Items)}}]}""";
        var body = $$"""{"data_source": {"type": "completions", "model": "{{model}}", "source": {{source}}{{prompt}} } }""";
        var run = Read(await client.CreateEvaluationRunAsync(eval, Content(body))).GetProperty("id").GetString()!;
        JsonElement found = default;
        await Eventually.TrueAsync(
            async _ =>
            {
                found = Read(await client.GetEvaluationRunAsync(eval, run, new RequestOptions()));
                return found.GetProperty("status").GetString() is "completed" or "failed";
            },
            "the run to end",
            Deadline);
        Assert.True(found.GetProperty("status").GetString() == "completed", found.ToString());
        return found;
    }

    private static BinaryContent Content(string body) => BinaryContent.Create(BinaryData.FromString(body));

    private static JsonElement Read(ClientResult result) => JsonElement.Parse(result.GetRawResponse().Content.ToString());
}

[Collection<StandaloneShape>]
public sealed class GatesInStandalone(StandaloneFixture fixture) : GateTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class GatesInServices(ServicesFixture fixture) : GateTests(fixture.Gateway);
