using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using OpenAI.Chat;

namespace LlmGateway.System.Tests;

/// <summary>Several prompts as one call: to an application a model, in the log a call with a child for each step.</summary>
public abstract class ChainTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Question = "When will my card arrive?";

    [Fact]
    public async Task A_chain_is_one_call_whose_steps_feed_one_another()
    {
        var chain = await DeployAsync();
        using var answer = await Http.PostAsync(
            "/v1/chat/completions", Json($$"""{"model":"prompt/{{chain}}@1","messages":[{"role":"user","content":"{{Question}}"}]}"""), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.Equal("It comes tomorrow.", JsonElement.Parse(text).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Contains("The customer asks about card_arrival.", Assert.Single(ModelCalls).BodyText, StringComparison.Ordinal);

        var call = await StoredAsync(answer);
        var step = await StepAsync(call.GetProperty("id").GetString()!);
        Assert.Equal(("chain", "classify", "local/chat"), (step.GetProperty("purpose").GetString(), step.GetProperty("step").GetString(), step.GetProperty("model").GetString()));
        Assert.Equal(call.GetProperty("trace_id").GetString(), step.GetProperty("trace_id").GetString());
    }

    [Fact]
    public async Task An_application_that_only_knows_the_sdk_streams_a_chain()
    {
        var chain = await DeployAsync();
        var streamed = "";
        await foreach (var update in Gateway.Sdk.GetChatClient($"prompt/{chain}@1").CompleteChatStreamingAsync([new UserChatMessage(Question)], cancellationToken: Cancel))
        {
            streamed += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.Equal("It comes tomorrow.", streamed);
    }

    /// <summary>Makes a chain that names what is asked for, and answers what is no refund by the provider's model.</summary>
    private async Task<string> DeployAsync()
    {
        Gateway.Upstream.Script = new UpstreamScript { Text = "It comes tomorrow." };
        var suffix = Guid.CreateVersion7().ToString("N")[..20];
        await PostAsync(Http, "/v1/prompts", $$"""{"name":"classify-{{suffix}}","model":"local/chat","messages":[{"role":"system","content":"Answer with one of these labels: refund, card_arrival"}]}""");
        await PostAsync(Http, "/v1/prompts", $$$"""{"name":"answer-{{{suffix}}}","model":"test/gpt","messages":[{"role":"system","content":"The customer asks about {{ topic }}."}],"variables":[{"name":"topic"}]}""");
        await PostAsync(Http, "/v1/prompts", $$$"""
            {"name":"support-{{{suffix}}}","steps":[
              {"name":"classify","prompt":"classify-{{{suffix}}}@1"},
              {"name":"refund","prompt":"classify-{{{suffix}}}@1","when":"steps.classify.output == 'refund'"},
              {"name":"answer","prompt":"answer-{{{suffix}}}@1","when":"steps.classify.output != 'refund'","variables":{"topic":"{{ steps.classify.output }}"}}]}
            """);
        return $"support-{suffix}";
    }

    private Task<JsonElement> StepAsync(string parent) => FirstAsync($"/v1/inferences?parent_id={parent}");

    private async Task<JsonElement> FirstAsync(string path)
    {
        JsonElement listed = default;
        await Eventually.TrueAsync(
            async token => (listed = JsonElement.Parse(await Http.GetStringAsync(path, token)).GetProperty("data")).GetArrayLength() == 1,
            "the step to be stored", cancellationToken: Cancel);
        return listed[0];
    }
}

[Collection<StandaloneShape>]
public sealed class ChainsInStandalone(StandaloneFixture fixture) : ChainTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class ChainsInServices(ServicesFixture fixture) : ChainTests(fixture.Gateway);
