using System.Text.Json;
using LlmGateway.TestKit;
using OpenAI.Chat;

namespace LlmGateway.System.Tests;

/// <summary>Prompts, as an application sees them that knows only OpenAI's SDK, and as the log tells of them afterwards.</summary>
public abstract class PromptTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Literal = "Answer with one of these labels: refund, card_arrival, exchange_rate";
    private const string Question = "When will my card arrive?";

    [Fact]
    public async Task An_application_moves_from_a_literal_prompt_to_a_managed_one_by_changing_the_model()
    {
        var name = await DeployAsync("""{"role":"system","content":"Answer with one of these labels: refund, card_arrival, exchange_rate"}""");
        ChatCompletion before = await Gateway.Sdk.GetChatClient("local/chat").CompleteChatAsync(new SystemChatMessage(Literal), new UserChatMessage(Question));
        var managed = Gateway.Sdk.GetChatClient($"prompt/{name}");
        ChatCompletion after = await managed.CompleteChatAsync(new UserChatMessage(Question));
        Assert.Equal(("card_arrival", "card_arrival"), (before.Content[0].Text, after.Content[0].Text));
        Assert.Equal(before.Usage.InputTokenCount, after.Usage.InputTokenCount);

        var streamed = "";
        await foreach (var update in managed.CompleteChatStreamingAsync([new UserChatMessage(Question)], cancellationToken: Cancel))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.Equal("card_arrival", streamed);
    }

    [Fact]
    public async Task A_deploy_counts_at_every_gateway_and_a_call_is_logged_with_its_version()
    {
        var name = await DeployAsync("""{"role":"system","content":"Version one for {{ who }}."}""", """[{"name":"who","default":"all"}]""");
        await PostAsync(Http, $"/v1/prompts/{name}/versions", $$$"""{"model":"local/chat","messages":[{"role":"system","content":"Version two for {{ who }}."}],"variables":[{"name":"who"}]}""");
        await PutAsync($"/v1/prompts/{name}/labels/production", """{"version":2,"expected_version":1}""");
        foreach (var client in Gateway.Gateways.Select(address => Gateway.ClientOf(address, RunningSystem.AdminKey)))
        {
            var seen = await Eventually.GetAsync<HttpResponseMessage>(
                async token =>
                {
                    var answer = await client.PostAsync(
                        "/v1/chat/completions", Json($$$"""{"prompt":{"id":"{{{name}}}","variables":{"who":"me"}},"messages":[{"role":"user","content":"hi"}]}"""), token);
                    return answer.IsSuccessStatusCode && answer.Headers.GetValues("x-llmgateway-prompt").Single() == $"{name}@2" ? answer : null;
                },
                "the deploy to count", cancellationToken: Cancel);
            var logged = (await StoredAsync(seen)).GetProperty("prompt");
            Assert.Equal((2, "production"), (logged.GetProperty("version").GetInt32(), logged.GetProperty("label").GetString()));
            seen.Dispose();
        }
    }

    [Fact]
    public async Task A_diff_tells_what_runs_of_both_versions_scored()
    {
        var name = await DeployAsync("""{"role":"system","content":"Say something nice."}""");
        await PostAsync(Http, $"/v1/prompts/{name}/versions", """{"model":"local/chat","messages":[{"role":"system","content":"Answer with one of these labels: refund, card_arrival"}]}""");
        var eval = (await PostAsync(
            Http, "/v1/evals",
            """{"data_source_config":{"type":"custom","item_schema":{"type":"object"},"include_sample_schema":true},"testing_criteria":[{"type":"exact_match","name":"intent","reference":"{{ item.intent }}"}]}"""))
            .GetProperty("id").GetString();
        await RunAsync(eval!, $"prompt/{name}@1");
        await RunAsync(eval!, $"prompt/{name}@2");

        var diff = JsonElement.Parse(await Http.GetStringAsync($"/v1/prompts/{name}/diff?from=1&to=2", Cancel));
        Assert.Contains("-Say something nice.", diff.GetProperty("text").GetString(), StringComparison.Ordinal);
        var scores = (string[])["from", "to"];
        Assert.Equal([0.0, 1.0], scores.Select(side => diff.GetProperty("evaluations").GetProperty(side)[0].GetProperty("per_testing_criteria_results")[0].GetProperty("mean_score").GetDouble()));

        // Another project sees neither.
        using var stranger = await JoinAsync("stranger");
        Assert.Equal(404, (int)(await stranger.GetAsync($"/v1/prompts/{name}/diff?from=1&to=2", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_prompt_lives_in_a_file()
    {
        using var folder = new TempFolder();
        var (name, file) = ($"file-{Guid.CreateVersion7():N}", Path.Combine(folder.Path, "kept.prompt"));
        await File.WriteAllTextAsync(file, "---\nmodel: local/chat\n---\n<system>\nAnswer with one of these labels: refund, card_arrival\n</system>\n", Cancel);
        Assert.Contains($"{name}@1", await CliAsync(folder.Path, 0, "prompt", "push", "kept.prompt", "--name", name, "--label", "staging", "-m", "First"), StringComparison.Ordinal);
        Assert.Contains($"{name}@1", await CliAsync(folder.Path, 0, "prompt", "push", "kept.prompt", "--name", name), StringComparison.Ordinal);
        var kept = await CliAsync(folder.Path, 0, "prompt", "pull", $"{name}@staging");

        await File.WriteAllTextAsync(file, kept.Replace("refund", "refund, exchange_rate", StringComparison.Ordinal), Cancel);
        Assert.Contains("exchange_rate", await CliAsync(folder.Path, 1, "prompt", "diff", "kept.prompt", "--name", name), StringComparison.Ordinal);
        Assert.Contains($"{name}@2", await CliAsync(folder.Path, 0, "prompt", "push", "kept.prompt", "--name", name), StringComparison.Ordinal);
        Assert.Equal("", await CliAsync(folder.Path, 0, "prompt", "diff", "kept.prompt", "--name", name));
    }

    private async Task RunAsync(string eval, string model)
    {
        const string Items = """[{"item":{"question":"I want a refund","intent":"refund"}},{"item":{"question":"When will my card arrive?","intent":"card_arrival"}}]""";
        var run = await PostAsync(
            Http, $"/v1/evals/{eval}/runs",
            $$$$"""{"data_source":{"type":"completions","model":"{{{{model}}}}","source":{"type":"file_content","content":{{{{Items}}}}},"input_messages":{"type":"template","template":[{"role":"user","content":"{{ item.question }}"}]}}}""");
        await Eventually.TrueAsync(
            async token => JsonElement.Parse(await Http.GetStringAsync($"/v1/evals/{eval}/runs/{run.GetProperty("id").GetString()}", token)).GetProperty("status").GetString() == "completed",
            "the run to end", cancellationToken: Cancel);
    }

    private async Task<string> DeployAsync(string message, string variables = "[]")
    {
        var name = $"scenario-{Guid.CreateVersion7():N}"[..40];
        await PostAsync(Http, "/v1/prompts", $$"""{"name":"{{name}}","model":"local/chat","messages":[{{message}}],"variables":{{variables}}}""");
        await PutAsync($"/v1/prompts/{name}/labels/production", """{"version":1}""");
        foreach (var client in Gateway.Gateways.Select(address => Gateway.ClientOf(address, RunningSystem.AdminKey)))
        {
            await Eventually.TrueAsync(
                async token =>
                {
                    using var answer = await client.PostAsync("/v1/chat/completions", Json($$"""{"model":"prompt/{{name}}","messages":[{"role":"user","content":"hi"}]}"""), token);
                    return answer.IsSuccessStatusCode;
                },
                "the prompt to be known", cancellationToken: Cancel);
        }

        return name;
    }

    private async Task PutAsync(string path, string body)
    {
        using var answer = await Http.PutAsync(path, Json(body), Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}

[Collection<StandaloneShape>]
public sealed class PromptsInStandalone(StandaloneFixture fixture) : PromptTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class PromptsInServices(ServicesFixture fixture) : PromptTests(fixture.Gateway);
