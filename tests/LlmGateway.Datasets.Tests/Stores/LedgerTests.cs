using System.Net;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Datasets.Tests.Stores;

public sealed class EmbeddedLedgerTests : LedgerTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresLedgerTests : LedgerTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>One entry for each attempt, written with its call and once.</summary>
public abstract class LedgerTests : IAsyncLifetime
{
    private readonly Calls _calls = new("proj_a");
    private TestStore _store = null!;
    private DatasetsHost _host = null!;

    private HttpClient Client => _host.For("proj_a");

    public async ValueTask InitializeAsync()
    {
        _store = await OpenAsync();
        _host = await _store.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _store?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Each_attempt_has_an_entry_and_a_batch_that_comes_twice_adds_none()
    {
        var call = _calls.Chat("c", record => record with
        {
            Attempts =
            [
                Attempt("openai", 429, new InferenceAccount { State = AccountState.Released, CostNanoUsd = 0 }),
                Attempt("azure", 200, new InferenceAccount
                {
                    State = AccountState.Settled,
                    InputTokens = 100,
                    CachedInputTokens = 0,
                    CacheWriteTokens = 3,
                    CacheWrite1hTokens = 4,
                    AudioInputTokens = 5,
                    OutputTokens = 60,
                    ReasoningTokens = 7,
                    AudioOutputTokens = 8,
                    Estimated = true,
                    CostNanoUsd = 90_000,
                    Price = new InferencePrice { Source = "list", InputUsdPerMillion = 0.6m },
                }),
            ],
        });
        await _host.StoreAsync(call);
        await _host.StoreAsync(call, call);

        var entries = await EntriesAsync("/v1/ledger?order=asc");
        Assert.Equal([1, 2], entries.Select(entry => entry.GetProperty("attempt").GetInt32()));
        Assert.Equal(("released", "openai/gpt", 0m), (entries[0].Text("state"), entries[0].Text("model"), entries[0].GetProperty("cost_usd").GetDecimal()));
        Assert.Equal(JsonValueKind.Null, entries[0].GetProperty("input_tokens").ValueKind);
        Assert.Equal(
            (100, 0, 3, 4, 5, 60, 7, 8),
            (Count(entries[1], "input_tokens"), Count(entries[1], "cached_input_tokens"), Count(entries[1], "cache_write_tokens"), Count(entries[1], "cache_write_1h_tokens"),
                Count(entries[1], "audio_input_tokens"), Count(entries[1], "output_tokens"), Count(entries[1], "reasoning_tokens"), Count(entries[1], "audio_output_tokens")));
        Assert.True(entries[1].GetProperty("usage_estimated").GetBoolean());
        Assert.Equal(0.00009m, entries[1].GetProperty("cost_usd").GetDecimal());

        var explained = await Client.GetJsonAsync($"/v1/inferences/{call.Record.Id}/explain");
        Assert.Equal(["openai", "azure"], explained.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.Text("provider")));
        Assert.Equal(0.6m, explained.GetProperty("attempts")[1].GetProperty("price").GetProperty("input_usd_per_million").GetDecimal());
        Assert.Equal(60, Count(explained.GetProperty("attempts")[1].GetProperty("ledger"), "output_tokens"));
    }

    [Fact]
    public async Task A_record_of_an_earlier_version_has_entries_too()
    {
        await _host.StoreAsync(
            _calls.Chat("new"),
            _calls.Chat("failed", record => record with { Outcome = InferenceOutcome.Failed, Status = 502, InputTokens = null, OutputTokens = null, CostNanoUsd = null, Attempts = [new("openai", "gpt", null, 1, "Request")] }),
            _calls.Chat("refused", record => record with { Outcome = InferenceOutcome.Failed, Status = 400, Attempts = [] }));

        var entries = await EntriesAsync("/v1/ledger?order=asc");
        Assert.Equal(["settled", "released"], entries.Select(entry => entry.Text("state")));
        Assert.Equal((10, 5), (Count(entries[0], "input_tokens"), Count(entries[0], "output_tokens")));
        Assert.Equal(JsonValueKind.Null, entries[1].GetProperty("cost_usd").ValueKind);
    }

    [Fact]
    public async Task An_answer_of_the_cache_is_an_entry_that_costs_nothing()
    {
        await _host.StoreAsync(_calls.Chat("hit", record => record with { Cache = CacheResult.Hit, CostNanoUsd = 0, SavedNanoUsd = 1_250, Attempts = [] }));
        var entry = Assert.Single(await EntriesAsync("/v1/ledger"));
        Assert.Equal((0, "settled", "hit", 10), (entry.GetProperty("attempt").GetInt32(), entry.Text("state"), entry.Text("cache"), Count(entry, "input_tokens")));
        Assert.Equal((0m, 0.00000125m), (entry.GetProperty("cost_usd").GetDecimal(), entry.GetProperty("saved_usd").GetDecimal()));
    }

    [Fact]
    public async Task Pages_follow_one_another_within_a_call_and_the_export_has_them_all()
    {
        var calls = Enumerable.Range(0, 5).Select(i => _calls.Chat($"c{i}", record => record with
        {
            Attempts = [.. Enumerable.Range(0, 3).Select(number => Attempt($"p{number}", 500, new InferenceAccount { State = AccountState.Released, CostNanoUsd = 0 }))],
        })).ToArray();
        await _host.StoreAsync(calls);
        foreach (var order in (string[])["asc", "desc"])
        {
            var ids = new List<string>();
            for (var more = true; more;)
            {
                var page = await Client.GetJsonAsync($"/v1/ledger?limit=4&order={order}{(ids.Count == 0 ? "" : $"&after={ids[^1]}")}");
                ids.AddRange(page.Ids());
                more = page.GetProperty("has_more").GetBoolean();
            }

            Assert.Equal(15, ids.Distinct().Count());
            var lines = await Client.GetStringAsync($"/v1/ledger/export?order={order}");
            Assert.Equal(ids, lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line).Text("id")!));
        }
    }

    [Fact]
    public async Task Entries_are_found_by_model_key_state_call_and_time()
    {
        var call = _calls.Chat("c", record => record with
        {
            KeyId = "key_2",
            CreatedAtMicros = Calls.Start + 5_000_000,
            Attempts = [Attempt("azure", null, new InferenceAccount { State = AccountState.Reserved })],
        });
        await _host.StoreAsync(_calls.Chat("other"), call);
        var seconds = Calls.Start / 1_000_000;
        foreach (var filter in (string[])["model=azure/gpt", "key_id=key_2", "state=reserved", $"inference_id={call.Record.Id}", $"created_after={seconds + 1}"])
        {
            Assert.Equal([$"{call.Record.Id}.1"], (await Client.GetJsonAsync($"/v1/ledger?{filter}")).Ids());
        }

        Assert.Single((await Client.GetJsonAsync($"/v1/ledger?created_before={seconds + 1}")).Ids());
    }

    [Fact]
    public async Task Another_project_sees_nothing_of_it()
    {
        var call = _calls.Chat("c");
        await _host.StoreAsync(call);
        var other = _host.For("proj_b");
        Assert.Empty((await other.GetJsonAsync("/v1/ledger")).Ids());
        Assert.Equal("", await other.GetStringAsync("/v1/ledger/export"));
        using var explained = await other.GetAsync($"/v1/inferences/{call.Record.Id}/explain");
        Assert.Equal(HttpStatusCode.NotFound, explained.StatusCode);
    }

    [Theory]
    [InlineData("state=paid", "state")]
    [InlineData("inference_id=x", "inference_id")]
    [InlineData("after=x", "after")]
    [InlineData("limit=0", "limit")]
    [InlineData("created_after=yesterday", "created_after")]
    public async Task A_bad_question_is_refused_by_its_name(string query, string param)
    {
        using var response = await Client.GetAsync($"/v1/ledger?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(param, JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").Text("param"));
    }

    [Fact]
    public async Task A_call_is_explained_by_what_its_gateway_told()
    {
        var call = _calls.Chat("c", record => record with
        {
            Cache = CacheResult.Bypass,
            Explanation = new InferenceExplanation
            {
                Configuration = "v7",
                CacheReason = "policy_off",
                Routing = new InferenceRouting { Route = "fast", Group = "main", Policy = "weighted", Target = "openai/gpt-4o", PassedOver = [new("azure/gpt-4o", "circuit_open")] },
                Limits = [new InferenceLimit { Rule = "lim_1", Scope = "key", Measure = "tokens", Window = "minute", Limit = 1000, Used = 10, Reserved = 20, Settled = 15, Verdict = "passed" }],
            },
            Attempts = [new InferenceAttempt("openai", "gpt-4o", 200, 1400, null) { BeganMicros = 100, KeyIndex = 1, TimeToHeadersMicros = 800, TimeToFirstByteMicros = 900 }],
        });
        await _host.StoreAsync(call);
        var told = await Client.GetJsonAsync($"/v1/inferences/{call.Record.Id}/explain");
        Assert.Equal(("v7", "policy_off"), (told.Text("configuration"), told.GetProperty("cache").Text("reason")));
        Assert.Equal(("fast", "weighted", "circuit_open"), (told.GetProperty("routing").Text("route"), told.GetProperty("routing").Text("policy"), told.GetProperty("routing").GetProperty("passed_over")[0].Text("reason")));
        Assert.Equal((1000, "passed"), (Count(told.GetProperty("limits")[0], "limit"), told.GetProperty("limits")[0].Text("verdict")));
        var attempt = told.GetProperty("attempts")[0];
        Assert.Equal((0.1, 0.8, 0.9, 1.4), (Ms(attempt, "began_ms"), Ms(attempt, "time_to_headers_ms"), Ms(attempt, "time_to_first_byte_ms"), Ms(attempt, "duration_ms")));
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static InferenceAttempt Attempt(string provider, int? status, InferenceAccount account) => new(provider, "gpt", status, 100, null) { Account = account };

    private static long Count(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static double Ms(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private async Task<JsonElement[]> EntriesAsync(string path) => [.. (await Client.GetJsonAsync(path)).GetProperty("data").EnumerateArray()];
}
