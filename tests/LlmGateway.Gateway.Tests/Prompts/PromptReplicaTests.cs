using System.Collections.Concurrent;
using System.Diagnostics;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Prompts;

/// <summary>A deploy at one gateway, seen from another one.</summary>
public sealed class PromptReplicaTests
{
    private const int Askers = 8;
    private static readonly TimeSpan WithinASecond = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deploy_under_load_is_whole_and_reaches_both_gateways_within_a_second()
    {
        await using var replicas = await StartAsync();
        var answers = new ConcurrentBag<(long Asked, string? Header)>();
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, Askers).Select(number => AskOnAsync(number % 2 == 0 ? replicas.One : replicas.Other, answers, enough.Token)));
        await Eventually.TrueAsync(() => answers.Count > Askers, "the load to run", cancellationToken: Cancellation);
        Assert.Equal(200, (await replicas.One.PutLabelAsync("support", "production", 2)).Status);
        var deployed = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(
            () => answers.Any(answer => answer.Asked > deployed + (long)(WithinASecond.TotalSeconds * Stopwatch.Frequency)), "a second to go by", cancellationToken: Cancellation);
        await enough.CancelAsync();
        await load;

        var lastOld = answers.Where(answer => answer.Header == "support@1").Max(answer => answer.Asked);
        Assert.InRange(Stopwatch.GetElapsedTime(deployed, lastOld), -TimeSpan.FromMinutes(1), WithinASecond);
        AssertNoMix(replicas, answers.Count);
        TestContext.Current.SendDiagnosticMessage($"The last request for the old version began {Stopwatch.GetElapsedTime(deployed, lastOld).TotalMilliseconds:0.0} ms after the deploy was answered");
    }

    [Fact]
    public async Task A_deploy_whose_broadcast_is_lost_is_found_by_the_watch()
    {
        // Each gateway's messages stay in its own memory: none reaches the other.
        await using var replicas = await StartAsync(("Bus:Transport", "InMemory"));
        await replicas.One.PutLabelAsync("support", "production", 2);
        await Eventually.TrueAsync(
            async _ => (await replicas.Other.AskPromptAsync("prompt/support")).Prompt == "support@2", "the deploy to be found", TimeSpan.FromSeconds(8), Cancellation);
        await replicas.One.SendAsync(HttpMethod.Delete, "/v1/prompts/support/labels/production");
        await Eventually.TrueAsync(
            async _ => (await replicas.Other.AskPromptAsync("prompt/support")).Status == 404, "the deletion to be found", TimeSpan.FromSeconds(8), Cancellation);
    }

    [Fact]
    public async Task What_was_deleted_at_one_gateway_is_not_there_at_the_other()
    {
        await using var replicas = await StartAsync();
        await replicas.One.SendAsync(HttpMethod.Delete, "/v1/prompts/support/labels/production");
        await Eventually.TrueAsync(
            async _ => (await replicas.Other.AskPromptAsync("prompt/support")) is { Status: 404 } gone && gone.Body.Code() == "prompt_label_not_found", "the label to be gone", WithinASecond, Cancellation);
        Assert.Equal(200, (await replicas.Other.AskPromptAsync("prompt/support@2")).Status);
        await replicas.One.SendAsync(HttpMethod.Delete, "/v1/prompts/support");
        await Eventually.TrueAsync(
            async _ => (await replicas.Other.AskPromptAsync("prompt/support@2")) is { Status: 404 } gone && gone.Body.Code() == "prompt_not_found", "the prompt to be gone", WithinASecond, Cancellation);
    }

    /// <summary>Both versions say who they are in their text and in a parameter.</summary>
    private static async Task<Replicas> StartAsync(params (string Key, string? Value)[] settings)
    {
        var replicas = await Replicas.StartAsync(settings);
        await replicas.One.DeployPromptAsync("support", "This is version 1.", parameters: new { seed = 1, temperature = 1 });
        await replicas.One.MakeVersionAsync("support", PromptCalls.Content("This is version 2.", parameters: new { seed = 2, temperature = 1 }));
        await Eventually.TrueAsync(async _ => (await replicas.Other.AskPromptAsync("prompt/support")).Prompt == "support@1", "the prompt to be known", cancellationToken: Cancellation);
        return replicas;
    }

    private static async Task AskOnAsync(InProcessGateway gateway, ConcurrentBag<(long, string?)> answers, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            var (status, body, prompt) = await gateway.CallAsync(new { model = "prompt/support", messages = new[] { new { role = "user", content = $"{asked}" } } });
            Assert.True(status == 200, body.ToString());
            answers.Add((asked, prompt));
        }
    }

    private static void AssertNoMix(Replicas replicas, int atLeast)
    {
        var sent = replicas.Upstream.Requests.Where(request => request.Method == "POST").Select(request => request.Json).ToList();
        Assert.True(sent.Count >= atLeast, $"{sent.Count} calls for {atLeast} answers");
        Assert.All(sent, request => Assert.Equal(
            $"This is version {request.GetProperty("seed").GetInt32()}.", request.GetProperty("messages")[0].GetProperty("content").GetString()));
    }
}
