using System.Text.Json;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>
/// Over 10,000 calls, a fifth of them given up, a tenth failing, with a gateway killed and started again in their midst, the
/// ledger equals what the provider served.
/// </summary>
public sealed class LedgerTests(ServicesFixture fixture) : IClassFixture<ServicesFixture>
{
    [Fact]
    public async Task The_ledger_equals_what_the_provider_served_in_one_process()
    {
        await using var gateway = await StandaloneProcess.StartAsync();
        var load = new LedgerLoad(gateway);
        await load.RunAsync(async () =>
        {
            gateway.Kill();
            await gateway.WaitForExitAsync();
            await gateway.RestartAsync();
        });
        await new LedgerAudit(gateway, load).AssertEqualAsync();
    }

    [Fact]
    public async Task The_ledger_equals_what_the_provider_served_with_services_of_their_own()
    {
        var system = fixture.Gateway;
        var load = new LedgerLoad(system);
        await load.RunAsync(() => system.ProcessesOf(ResourceNames.Gateway)[1].StartAgainAsync());
        await new LedgerAudit(system, load).AssertEqualAsync();
    }
}

/// <summary>Lays the ledger beside the provider's list of requests.</summary>
internal sealed class LedgerAudit(RunningSystem system, LedgerLoad load)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    public async Task AssertEqualAsync()
    {
        var served = system.Upstream.Requests
            .Where(request => LedgerLoad.NumberOf(request) is not null)
            .GroupBy(request => LedgerLoad.NumberOf(request)!.Value).ToDictionary(group => group.Key, group => group.ToList());
        var requests = served.Values.Sum(list => list.Count);
        List<Entry> entries = [];
        var ledger = entries.ToLookup(_ => 0);
        try
        {
            // As many entries as requests need not be theirs: what never reached the provider has some too.
            await Eventually.TrueAsync(
                async token =>
                {
                    entries = await ReadAsync(token);
                    ledger = (entries.Count < requests ? [] : await NumberAsync(entries)).ToLookup(pair => pair.Number, pair => pair.Entry);
                    return served.All(call => ledger[call.Key].Count() >= call.Value.Count);
                },
                "an entry for each request of the provider", Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{entries.Count} entries for {requests} requests of the provider");
        }

        var cutShort = ledger.Where(group => group.Any(entry => entry.State == "reserved")).Select(group => group.Key).ToList();
        Assert.InRange(served.Count, LedgerLoad.Calls - LedgerLoad.Callers, LedgerLoad.Calls);
        // Their callers had given them up, or saw the gateway die: what a caller got is settled.
        Assert.DoesNotContain(cutShort, load.IsDelivered);
        Assert.InRange(cutShort.Count, 0, LedgerLoad.Calls / 20);
        foreach (var (number, list) in served)
        {
            var attempts = ledger[number].OrderBy(entry => entry.Attempt).ToList();
            Assert.True(attempts.Count == list.Count, $"call {number}: {list.Count} requests of the provider and {attempts.Count} entries");
            Assert.All(attempts.Zip(list), pair => AssertEqual(number, pair.First, pair.Second));
        }

        // What never reached the provider was set aside for a call that the gateway's death cut short.
        Assert.All(ledger.Where(group => !served.ContainsKey(group.Key)).SelectMany(group => group), entry => Assert.Equal("reserved", entry.State));
        await AssertUsageAgreesAsync(entries);
        TestContext.Current.SendDiagnosticMessage(
            $"{requests} requests, {entries.Count} entries, {cutShort.Count} cut short, {entries.Count(entry => entry.Estimated)} estimated, {entries.Count(entry => entry.State == "released")} released");
    }

    private static void AssertEqual(int number, Entry entry, UpstreamRequest request)
    {
        var what = $"call {number}: {entry} for {request.ChunksSent} chunks, served {request.IsServed}";
        if (entry.State == "reserved")
        {
            Assert.True(entry is { Input: null, Output: null, Cost: null }, what);
        }
        else if (entry.Status is >= 400 or null)
        {
            Assert.True(entry is { State: "released", Input: null, Output: null } && request.ChunksSent == 0, what);
        }
        else if (entry.Input is null)
        {
            // A plain answer that was cut is none: what it would have told is not known.
            Assert.True(!request.IsServed && request.ChunksSent == 0 && entry is { State: "settled", Output: null, Cost: null }, what);
        }
        else if (entry.Estimated)
        {
            Assert.True(request.ChunksSent == entry.Output && entry is { State: "settled", Input: > 0 }, what);
        }
        else
        {
            Assert.True(request.IsServed && entry.State == "settled", what);
            Assert.True((entry.Input, entry.Output) == (LedgerLoad.InputTokensOf(number), LedgerLoad.OutputTokensOf(number)), what);
        }

        if (entry.Input is not null)
        {
            Assert.Equal((entry.Input + entry.Output) * RunningSystem.UsdPerMillion / 1_000_000, entry.Cost);
        }
    }

    private async Task AssertUsageAgreesAsync(List<Entry> entries)
    {
        var usage = JsonElement.Parse(await system.Http.GetStringAsync("/v1/usage?group_by=key_id"))
            .GetProperty("data").EnumerateArray().SelectMany(bucket => bucket.GetProperty("results").EnumerateArray())
            .Where(result => result.GetProperty("key_id").GetString() == load.KeyId).ToList();
        decimal Sum(string name) => usage.Sum(result => result.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDecimal() : 0);
        // An attempt that served nothing adds nothing to its call's cost, known or not.
        var unpriced = entries.Where(entry => entry is { Cost: null, State: not "released" }).Select(entry => entry.Inference).ToHashSet();
        Assert.Equal(entries.Select(entry => entry.Inference).Distinct().Count(), Sum("requests"));
        Assert.Equal(entries.Sum(entry => entry.Input ?? 0), Sum("input_tokens"));
        Assert.Equal(entries.Sum(entry => entry.Output ?? 0), Sum("output_tokens"));
        Assert.Equal(entries.Where(entry => !unpriced.Contains(entry.Inference)).Sum(entry => entry.Cost ?? 0), Sum("cost_usd"));
        Assert.Equal(unpriced.Count, Sum("unpriced_requests"));
    }

    private async Task<List<Entry>> ReadAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        var lines = await system.Http.GetStringAsync($"/v1/ledger/export?key_id={load.KeyId}", cancellationToken);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Entry.Of(JsonElement.Parse(line)))];
    }

    /// <summary>Each entry with the number that its call's metadata have.</summary>
    private async Task<List<(int Number, Entry Entry)>> NumberAsync(List<Entry> entries)
    {
        var numbers = new Dictionary<string, int>();
        for (var after = ""; ;)
        {
            var page = JsonElement.Parse(await system.Http.GetStringAsync($"/v1/inferences?limit=100&key_id={load.KeyId}{after}"));
            foreach (var row in page.GetProperty("data").EnumerateArray())
            {
                numbers[row.GetProperty("id").GetString()!] = int.Parse(row.GetProperty("metadata").GetProperty("number").GetString()!, null);
            }

            if (!page.GetProperty("has_more").GetBoolean())
            {
                return [.. entries.Select(entry => (numbers[entry.Inference], entry))];
            }

            after = $"&after={page.GetProperty("last_id").GetString()}";
        }
    }

    private sealed record Entry(string Inference, int Attempt, string State, int? Status, long? Input, long? Output, bool Estimated, decimal? Cost)
    {
        public static Entry Of(JsonElement line) => new(
            line.GetProperty("inference_id").GetString()!, line.GetProperty("attempt").GetInt32(), line.GetProperty("state").GetString()!,
            (int?)Number(line, "status"), Number(line, "input_tokens"), Number(line, "output_tokens"), line.GetProperty("usage_estimated").GetBoolean(),
            line.GetProperty("cost_usd") is { ValueKind: JsonValueKind.Number } cost ? cost.GetDecimal() : null);

        private static long? Number(JsonElement line, string name) =>
            line.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;
    }
}
