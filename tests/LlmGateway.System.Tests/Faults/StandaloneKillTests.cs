using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Killed under load, at each step: every call whose last byte a caller received is stored exactly once.</summary>
public sealed class KillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("spool.append.before:40")]
    [InlineData("spool.append.after:40")]
    [InlineData("ship.before:2")]
    [InlineData("ship.after:2")]
    [InlineData("checkpoint.before:2")]
    [InlineData("checkpoint.after:2")]
    [InlineData("insert.before:2")]
    [InlineData("insert.after:2")]
    public async Task Nothing_delivered_is_lost_or_stored_twice(string crashAt)
    {
        await using var gateway = await StandaloneProcess.StartAsync(("LLMGATEWAY_CRASH_AT", crashAt));
        var delivered = await LoadUntilItDiesAsync(gateway);
        await gateway.RestartAsync();
        await AssertStoredOnceAsync(gateway, delivered);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(120)]
    [InlineData(300)]
    public async Task Nothing_delivered_is_lost_when_killed_at_any_moment(int afterCalls)
    {
        await using var gateway = await StandaloneProcess.StartAsync();
        var delivered = await LoadUntilItDiesAsync(gateway, count =>
        {
            if (count == afterCalls)
            {
                gateway.Kill();
            }
        });
        await gateway.RestartAsync();
        await AssertStoredOnceAsync(gateway, delivered);
    }

    private static async Task<ConcurrentBag<string>> LoadUntilItDiesAsync(StandaloneProcess gateway, Action<int>? onDelivered = null)
    {
        var delivered = new ConcurrentBag<string>();
        var count = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            try
            {
                for (var call = 0; call < 2000; call++)
                {
                    var stream = (worker + call) % 2 == 0 ? "true" : "false";
                    using var content = new StringContent(
                        $$"""{"model":"test/gpt-4o-mini","stream":{{stream}},"messages":[{"role":"user","content":"{{worker}}-{{call}}"}]}""", Encoding.UTF8, "application/json");
                    using var response = await gateway.Http.PostAsync("/v1/chat/completions", content);
                    response.EnsureSuccessStatusCode();
                    delivered.Add(response.Headers.GetValues("x-llmgateway-inference-id").Single());
                    onDelivered?.Invoke(Interlocked.Increment(ref count));
                }

                throw new InvalidOperationException("the program was to die under this load");
            }
            catch (HttpRequestException)
            {
                // The program is dead: that is what this test is about.
            }
        }));
        Assert.NotEmpty(delivered);
        return delivered;
    }

    private static async Task AssertStoredOnceAsync(StandaloneProcess gateway, ConcurrentBag<string> delivered)
    {
        HashSet<string> missing = [];
        List<string> stored = [];
        try
        {
            await Eventually.TrueAsync(
                async token =>
                {
                    stored = await ListAsync(gateway, token);
                    missing = [.. delivered.Except(stored)];
                    return missing.Count == 0;
                },
                "every delivered call to be stored", Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{missing.Count} of {delivered.Count} delivered calls are not stored");
        }

        Assert.Equal(stored.Count, stored.Distinct().Count());
    }

    private static async Task<List<string>> ListAsync(StandaloneProcess gateway, CancellationToken cancellationToken)
    {
        List<string> ids = [];
        var after = "";
        while (true)
        {
            using var page = JsonDocument.Parse(await gateway.Http.GetStringAsync($"/v1/inferences?limit=100{after}", cancellationToken));
            ids.AddRange(page.RootElement.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("id").GetString()!));
            if (!page.RootElement.GetProperty("has_more").GetBoolean())
            {
                return ids;
            }

            after = $"&after={ids[^1]}";
        }
    }
}
