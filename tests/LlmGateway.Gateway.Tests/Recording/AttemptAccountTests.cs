using System.Text;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Spooling;
using LlmGateway.Gateway.Tests.Spooling;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Tests.Recording;

/// <summary>What an attempt's account says in each of its ends.</summary>
public sealed class AttemptAccountTests : IAsyncLifetime
{
    private UpstreamServer _upstream = null!;
    private InProcessGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamServer.StartAsync();
        await StartAsync("00:10:00");
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private async Task StartAsync(string idleTimeout) => _gateway = await InProcessGateway.StartAsync(
        _upstream.BaseUrl, ("Gateway:Models:test/m:InputUsdPerMillion", "1"), ("Gateway:Models:test/m:OutputUsdPerMillion", "2"), ("Gateway:IdleTimeout", idleTimeout));

    /// <summary>For a provider that is silent; what it says before is to arrive on a busy machine too.</summary>
    private async Task StartHastyAsync()
    {
        await _gateway.DisposeAsync();
        await StartAsync("00:00:02");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_is_settled_as_reported(bool stream)
    {
        await CallAsync(stream);
        var account = await AccountAsync();
        Assert.Equal((AccountState.Settled, 11, 7, false), (account.State, account.InputTokens, account.OutputTokens, account.Estimated));
        Assert.Equal(11_000 + 14_000, account.CostNanoUsd);
        Assert.Equal(("configuration", 1, 2), (account.Price!.Source, account.Price.InputUsdPerMillion, account.Price.OutputUsdPerMillion));
    }

    [Fact]
    public async Task An_error_is_released_and_free()
    {
        _upstream.Script = new UpstreamScript { Status = 400 };
        await CallAsync(stream: false);
        var account = await AccountAsync();
        Assert.Equal((AccountState.Released, null, null, 0), (account.State, account.InputTokens, account.OutputTokens, account.CostNanoUsd));
    }

    [Fact]
    public async Task Silence_is_released_and_its_cost_is_not_known()
    {
        await StartHastyAsync();
        _upstream.Script = new UpstreamScript { Fault = UpstreamFault.HangBeforeHeaders };
        await CallAsync(stream: true);
        var account = await AccountAsync();
        Assert.Equal((AccountState.Released, null, null, null), (account.State, account.InputTokens, account.OutputTokens, account.CostNanoUsd));
    }

    [Theory]
    [InlineData(UpstreamFault.CutInBody)]
    [InlineData(UpstreamFault.ErrorInStream)]
    [InlineData(UpstreamFault.EndsEarly)]
    [InlineData(UpstreamFault.HangInBody)]
    public async Task What_was_streamed_before_the_end_is_counted_and_marked(UpstreamFault fault)
    {
        if (fault == UpstreamFault.HangInBody)
        {
            await StartHastyAsync();
        }

        _upstream.Script = new UpstreamScript { Fault = fault, Text = "the cat and the dog", ChunksBeforeFault = 3 };
        await CallAsync(stream: true);
        var account = await AccountAsync();
        Assert.Equal((AccountState.Settled, 3, true), (account.State, account.OutputTokens, account.Estimated));
        Assert.True(account.InputTokens > 0);
        Assert.Equal((account.InputTokens * 1000) + (3 * 2000), account.CostNanoUsd);
    }

    [Fact]
    public async Task A_provider_that_does_not_count_is_counted_for()
    {
        _upstream.Script = new UpstreamScript { Usage = UpstreamUsage.Never, Text = "the cat and the dog" };
        await CallAsync(stream: false);
        var account = await AccountAsync();
        Assert.Equal((AccountState.Settled, 5, true), (account.State, account.OutputTokens, account.Estimated));
    }

    [Fact]
    public async Task A_first_count_in_a_stream_that_breaks_off_is_not_its_last()
    {
        var body = Sse(
            """{"id":"c","choices":[{"delta":{"content":"the cat"}}],"usage":{"prompt_tokens":100,"completion_tokens":1}}""",
            """{"id":"c","choices":[{"delta":{"content":" and the dog"}}]}""");
        _upstream.Script = new UpstreamScript { Body = body, ContentType = "text/event-stream" };
        await CallAsync(stream: true);
        var account = await AccountAsync();
        Assert.Equal((100, 5, true), (account.InputTokens, account.OutputTokens, account.Estimated));
    }

    [Fact]
    public async Task An_unknown_price_or_an_unknown_output_is_an_unknown_cost()
    {
        await CallAsync(stream: false, model: "test/nobody-knows");
        var account = await AccountAsync();
        Assert.Equal((AccountState.Settled, 11), (account.State, account.InputTokens));
        Assert.Null(account.CostNanoUsd);
        Assert.Null(account.Price);

        _upstream.Script = new UpstreamScript { Body = """{"id":"c","choices":[{"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5}}""" };
        await CallAsync(stream: false);
        Assert.Null((await AccountAsync()).CostNanoUsd);
    }

    [Fact]
    public async Task An_answer_of_the_cache_costs_nothing_and_tells_what_it_saved()
    {
        await CallAsync(stream: false, more: ",\"temperature\":0");
        var bought = await RecordAsync();
        await CallAsync(stream: false, more: ",\"temperature\":0");
        var record = await RecordAsync();
        Assert.Equal((CacheResult.Hit, 0, bought.CostNanoUsd), (record.Cache, record.CostNanoUsd, record.SavedNanoUsd));
        Assert.Empty(record.Attempts);
        Assert.Equal("not_deterministic", await ReasonOfUncachedAsync());
    }

    private async Task<string?> ReasonOfUncachedAsync()
    {
        await CallAsync(stream: false);
        return (await RecordAsync()).Explanation?.CacheReason;
    }

    [Fact]
    public async Task Prices_are_told_and_a_call_is_reckoned_in_advance()
    {
        var price = JsonElement.Parse(await _gateway.Http.GetStringAsync("/v1/prices/test%2Fm?input_tokens=1000&cached_input_tokens=400&output_tokens=10"));
        Assert.Equal("configuration", price.GetProperty("source").GetString());
        var cost = price.GetProperty("cost");
        Assert.Equal(0.00102m, cost.GetProperty("cost_usd").GetDecimal());
        Assert.Equal(["cached_input", "input", "output"], cost.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("kind").GetString()));
        var earlier = JsonElement.Parse(await _gateway.Http.GetStringAsync("/v1/prices/openai/o3?at=2025-06-01"));
        Assert.Equal(10, earlier.GetProperty("rates").GetProperty("input_usd_per_million").GetDecimal());
        var list = JsonElement.Parse(await _gateway.Http.GetStringAsync("/v1/prices"));
        Assert.Contains(list.GetProperty("data").EnumerateArray(), model => model.GetProperty("model").GetString() == "test/m");
    }

    private static string Sse(params string[] events) => string.Concat(events.Select(text => $"data: {text}\n\n"));

    private async Task CallAsync(bool stream, string model = "test/m", string more = "")
    {
        using var content = new StringContent(
            $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]{{more}}}""", Encoding.UTF8, "application/json");
        using var response = await _gateway.Http.PostAsync("/v1/chat/completions", content, TestContext.Current.CancellationToken);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    private async Task<InferenceAccount> AccountAsync() => Assert.Single((await RecordAsync()).Attempts).Account!;

    /// <summary>The newest record in the spool.</summary>
    private async Task<InferenceRecord> RecordAsync()
    {
        var spool = _gateway.Services.GetRequiredService<InferenceSpool>();
        await Eventually.TrueAsync(() => spool.UnshippedRecords > 0, "a record");
        var segment = Directory.GetFiles(spool.Store.Folder, "*.seg").Order(StringComparer.Ordinal).Last();
        await using var file = new FileStream(segment, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return SpoolUnderTest.Frames(bytes.ToArray())[^1].Record;
    }
}
