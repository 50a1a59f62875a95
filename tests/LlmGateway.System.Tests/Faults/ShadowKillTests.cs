using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>A gateway dies while a candidate's answer is on its way to the accounts: what it cost stays charged, and it is in the log.</summary>
public sealed class ShadowKillTests
{
    private const string Model = RunningSystem.PricedModel;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_gateway_forgets_no_call_of_a_shadow_and_passes_no_limit()
    {
        await using var gateway = await StandaloneProcess.StartAsync((HostProcess.CrashAt, "gateway.shadow.answered:2"));
        await SendAsync(gateway, "/v1/shadows", $$$"""{"name": "try", "model": "{{{Model}}}", "share": 1, "candidate": {"parameters": {"temperature": 0.5}}, "max_calls": 3}""");
        await AskAsync(gateway, "one");
        await AskAsync(gateway, "two");
        await gateway.WaitForExitAsync();
        await gateway.RestartAsync();

        var counts = (await GetAsync(gateway, "/v1/shadows/try")).GetProperty("counts");
        Assert.Equal(2, counts.GetProperty("calls").GetInt32());
        JsonElement[] logged = [];
        await Eventually.TrueAsync(
            async _ => (logged = [.. (await GetAsync(gateway, "/v1/inferences?purpose=shadow")).GetProperty("data").EnumerateArray()]).Length == 2, "both calls in the log", Deadline, Cancel);
        Assert.Equal(logged.Sum(call => call.GetProperty("cost_usd").GetDecimal()), counts.GetProperty("cost_usd").GetDecimal());

        await AskAsync(gateway, "three");
        await AskAsync(gateway, "four");
        await Eventually.TrueAsync(
            async _ => (await GetAsync(gateway, "/v1/shadows/try")).GetProperty("status").GetString() == "exhausted", "the limit", Deadline, Cancel);
        Assert.Equal(3, (await GetAsync(gateway, "/v1/shadows/try")).GetProperty("counts").GetProperty("calls").GetInt32());
    }

    /// <summary>The process may die before the caller has all of the answer.</summary>
    private static async Task AskAsync(StandaloneProcess gateway, string question)
    {
        try
        {
            await SendAsync(gateway, "/v1/chat/completions", $$$"""{"model": "{{{Model}}}", "temperature": 1, "messages": [{"role": "user", "content": "{{{question}}}"}]}""");
        }
        catch (HttpRequestException)
        {
            // The exit that follows tells.
        }
    }

    private static async Task SendAsync(StandaloneProcess gateway, string path, string body)
    {
        using var content = new StringContent(body, null, "application/json");
        using var response = await gateway.Http.PostAsync(path, content, Cancel);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<JsonElement> GetAsync(StandaloneProcess gateway, string path) => JsonElement.Parse(await gateway.Http.GetStringAsync(path, Cancel));
}
