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
                        "/v1/chat/completions", Json($$"""{"prompt":{"id":"{{name}}","variables":{"who":"me"}},"messages":[{"role":"user","content":"hi"}]}"""), token);
                    return answer.IsSuccessStatusCode && answer.Headers.GetValues("x-llmgateway-prompt").Single() == $"{name}@2" ? answer : null;
                },
                "the deploy to count", TimeSpan.FromSeconds(2), Cancel);
            var logged = (await StoredAsync(seen)).GetProperty("prompt");
            Assert.Equal((2, "production"), (logged.GetProperty("version").GetInt32(), logged.GetProperty("label").GetString()));
            seen.Dispose();
        }
    }

    private async Task<string> DeployAsync(string message, string variables = "[]")
    {
        var name = $"scenario-{Guid.NewGuid():N}"[..40];
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
