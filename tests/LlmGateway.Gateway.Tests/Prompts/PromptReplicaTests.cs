using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>A deploy at one gateway, seen from another one.</summary>
public sealed class PromptReplicaTests
{
    private const int Askers = 8;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deploy_under_load_is_whole_and_reaches_both_gateways_within_a_second()
    {
        await using var replicas = await StartAsync();
        var answered = await SwitchLoad.AssertSwitchedAsync(
            [.. Enumerable.Range(0, Askers).Select(number => AskingOf(number % 2 == 0 ? replicas.One : replicas.Other))],
            2,
            async version =>
            {
                if (version > 2)
                {
                    await replicas.One.MakeVersionAsync("support", Content(version));
                }

                Assert.Equal(200, (await replicas.One.PutLabelAsync("support", "production", version)).Status);
            },
            Cancellation);
        AssertNoMix(replicas, answered);
    }

    [Fact]
    public async Task A_deploy_whose_broadcast_is_lost_is_found_by_the_watch()
    {
        // Each gateway's messages stay in its own memory: none reaches the other.
        await using var replicas = await StartAsync(("Bus:Transport", "InMemory"));
        await replicas.One.PutLabelAsync("support", "production", 2);
        await Eventually.TrueAsync(
            async _ => (await replicas.Other.AskPromptAsync("prompt/support")).Prompt == "support@2", "the deploy to be found", cancellationToken: Cancellation);
        await replicas.One.SendAsync(HttpMethod.Delete, "/v1/prompts/support/labels/production");
        await Eventually.TrueAsync(
            async _ => (await replicas.Other.AskPromptAsync("prompt/support")).Status == 404, "the deletion to be found", cancellationToken: Cancellation);
    }

    [Fact]
    public async Task What_was_deleted_at_one_gateway_is_not_there_at_the_other()
    {
        await using var replicas = await StartAsync();
        await replicas.One.SendAsync(HttpMethod.Delete, "/v1/prompts/support/labels/production");
        await Eventually.TrueAsync(
            async _ => (await replicas.Other.AskPromptAsync("prompt/support")) is { Status: 404 } gone && gone.Body.Code() == "prompt_label_not_found", "the label to be gone", cancellationToken: Cancellation);
        Assert.Equal(200, (await replicas.Other.AskPromptAsync("prompt/support@2")).Status);
        await replicas.One.SendAsync(HttpMethod.Delete, "/v1/prompts/support");
        await Eventually.TrueAsync(
            async _ => (await replicas.Other.AskPromptAsync("prompt/support@2")) is { Status: 404 } gone && gone.Body.Code() == "prompt_not_found", "the prompt to be gone", cancellationToken: Cancellation);
    }

    /// <summary>Both versions say who they are in their text and in a parameter.</summary>
    private static async Task<Replicas> StartAsync(params (string Key, string? Value)[] settings)
    {
        var replicas = await Replicas.StartAsync(settings);
        await replicas.One.DeployPromptAsync("support", "This is version 1.", parameters: new { seed = 1, temperature = 1 });
        await replicas.One.MakeVersionAsync("support", Content(2));
        await Eventually.TrueAsync(async _ => (await replicas.Other.AskPromptAsync("prompt/support")).Prompt == "support@1", "the prompt to be known", cancellationToken: Cancellation);
        return replicas;
    }

    private static object Content(int version) => PromptCalls.Content($"This is version {version}.", parameters: new { seed = version, temperature = 1 });

    /// <summary>Asks something new each time, and gives the version that answered.</summary>
    private static Func<Task<int>> AskingOf(InProcessGateway gateway) => async () =>
    {
        var (status, body, prompt) = await gateway.CallAsync(new { model = "prompt/support", messages = new[] { new { role = "user", content = $"{Guid.CreateVersion7()}" } } });
        Assert.True(status == 200, body.ToString());
        return int.Parse(prompt.AsSpan("support@".Length), null);
    };

    private static void AssertNoMix(Replicas replicas, int atLeast)
    {
        var sent = replicas.Upstream.Requests.Where(request => request.Method == "POST").Select(request => request.Json).ToList();
        Assert.True(sent.Count >= atLeast, $"{sent.Count} calls for {atLeast} answers");
        Assert.All(sent, request => Assert.Equal(
            $"This is version {request.GetProperty("seed").GetInt32()}.", request.GetProperty("messages")[0].GetProperty("content").GetString()));
    }
}
