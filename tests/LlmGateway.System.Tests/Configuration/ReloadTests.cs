using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>The configuration file may change while the program runs.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private StandaloneProcess _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await StandaloneProcess.StartConfiguredAsync(Config("first", 1));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_good_change_takes_effect_and_a_bad_one_leaves_all_as_it_was()
    {
        Assert.Equal((200, "0.000018"), await CallAsync("first"));
        Assert.Equal((404, null), await CallAsync("second"));

        _gateway.Configure(Config("second", 2));
        await Eventually.TrueAsync(async _ => (await CallAsync("second")).Status == 200, "the new alias to be known");
        Assert.Equal((200, "0.000036"), await CallAsync("second"));
        Assert.Equal((404, null), await CallAsync("first"));

        foreach (var bad in new[] { """{"Gateway":{"MaxRequestBytes":"many"}}""", """{"Gateway":{"Routes":{"third":{"Model":""}}}}""", """{"Gateway":""" })
        {
            _gateway.Configure(bad);
            await Eventually.TrueAsync(() => _gateway.Output.Contains("is refused and the old one stays", StringComparison.Ordinal), $"the refusal of {bad}");
            Assert.Equal((200, "0.000036"), await CallAsync("second"));
            _gateway.ForgetOutput();
        }

        _gateway.Configure(Config("third", 3));
        await Eventually.TrueAsync(async _ => (await CallAsync("third")).Status == 200, "a good change after the bad ones to take effect");
    }

    [Fact]
    public async Task Changes_drop_no_request_and_each_has_its_version()
    {
        var versions = new List<string> { await VersionAsync() };
        using var ended = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 4).Select(_ => CallUntilAsync(ended.Token)).ToList();
        for (var price = 2; price <= 6; price++)
        {
            _gateway.Configure(Config("first", price));
            await Eventually.TrueAsync(async _ => await VersionAsync() != versions[^1], "the change to be in force");
            versions.Add(await VersionAsync());
        }

        await ended.CancelAsync();
        Assert.All((await Task.WhenAll(calls)).SelectMany(statuses => statuses), status => Assert.Equal(200, status));
        Assert.Equal(versions.Count, versions.Distinct().Count());

        _gateway.Configure(Config("first", 1));
        await Eventually.TrueAsync(async _ => await VersionAsync() == versions[0], "the first configuration to be in force again, by its version");
    }

    [Fact]
    public async Task A_refused_change_is_told_until_a_good_one()
    {
        _gateway.Configure("""{"Gateway":{"Routes":{"third":{"Modell":"test/m"}}}}""");
        JsonElement refused = default;
        await Eventually.TrueAsync(
            async _ =>
            {
                // A file that is read while it is written is refused too, for another reason.
                refused = await StateAsync();
                return refused.GetProperty("refused_change") is { ValueKind: JsonValueKind.Object } change
                    && change.GetProperty("reasons").GetString()!.Contains("Gateway:Routes:third:Modell", StringComparison.Ordinal);
            },
            "the refusal and its reason");

        _gateway.Configure(Config("second", 2));
        await Eventually.TrueAsync(async _ => (await StateAsync()).GetProperty("refused_change").ValueKind == JsonValueKind.Null, "the good change");
        Assert.NotEqual(refused.GetProperty("version").GetString(), (await StateAsync()).GetProperty("version").GetString());
    }

    private async Task<string> VersionAsync()
    {
        var health = JsonElement.Parse(await _gateway.Http.GetStringAsync("/health", Cancel));
        Assert.Equal("Healthy", health.GetProperty("status").GetString());
        return health.GetProperty("configuration_version").GetString()!;
    }

    private async Task<JsonElement> StateAsync() => JsonElement.Parse(await _gateway.Http.GetStringAsync("/v1/configuration", Cancel));

    private async Task<List<int>> CallUntilAsync(CancellationToken ended)
    {
        var statuses = new List<int>();
        while (!ended.IsCancellationRequested)
        {
            statuses.Add((await CallAsync("first")).Status);
        }

        return statuses;
    }

    /// <summary>The upstream reports 11 tokens in and 7 out.</summary>
    private static string Config(string alias, int usdPerMillion) =>
        $$"""
        {"Gateway":{
          "Routes":{"{{alias}}":{"Model":"test/gpt-reloaded"} },
          "Models":{"test/gpt-reloaded":{"InputUsdPerMillion":{{usdPerMillion}},"OutputUsdPerMillion":{{usdPerMillion}} } } } }
        """;

    private async Task<(int Status, string? Cost)> CallAsync(string model)
    {
        using var content = new StringContent($$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]}""", Encoding.UTF8, "application/json");
        using var response = await _gateway.Http.PostAsync("/v1/chat/completions", content, Cancel);
        return ((int)response.StatusCode, response.Headers.TryGetValues("x-llmgateway-cost", out var cost) ? cost.Single() : null);
    }
}
