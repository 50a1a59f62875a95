using System.Net;
using System.Text.Json;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Service;
using LlmGateway.TestKit;

namespace LlmGateway.Datasets.Tests;

public sealed class UsageTests : IDisposable
{
    private const long Hour = 3_600_000_000;
    private const string Range = "/v1/usage?start_time=2026-01-02T00:00:00Z&end_time=2026-01-04T00:00:00Z";
    private readonly TempFolder _folder = new();
    private readonly Calls _a = new("proj_a");

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<JsonElement> Results(JsonElement page) =>
        page.GetProperty("data").EnumerateArray().SelectMany(bucket => bucket.GetProperty("results").EnumerateArray());

    [Theory]
    [InlineData("1h")]
    [InlineData("1d")]
    public async Task Sums_equal_the_rows_and_each_row_falls_into_one_bucket(string width)
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        var frames = Enumerable.Range(0, 40).Select(i => _a.Chat($"chatcmpl-{i}", record => record with
        {
            CreatedAtMicros = Calls.Start + (i * Hour),
            InputTokens = i,
            OutputTokens = 2 * i,
            CostNanoUsd = i % 4 == 0 ? null : 7 * i,
            UsageEstimated = i % 5 == 0,
            Cache = (CacheResult)(i % 4),
        })).ToArray();
        await host.StoreAsync(frames);

        var page = await host.For("proj_a").GetJsonAsync($"{Range}&bucket_width={width}");

        var results = Results(page).ToArray();
        Assert.Equal(width == "1h" ? 48 : 2, page.GetProperty("data").GetArrayLength());
        Assert.Equal(width == "1h" ? 40 : 2, results.Length);
        long Sum(string name) => results.Sum(result => result.GetProperty(name).ValueKind == JsonValueKind.Null ? 0 : result.GetProperty(name).GetInt64());
        Assert.Equal(40, Sum("requests"));
        Assert.Equal(20, Sum("cache_hits"));
        Assert.Equal(frames.Sum(frame => frame.Record.InputTokens), Sum("input_tokens"));
        Assert.Equal(frames.Sum(frame => frame.Record.OutputTokens), Sum("output_tokens"));
        Assert.Equal(8, Sum("estimated_requests"));
        Assert.Equal(10, Sum("unpriced_requests"));
        var cost = results.Where(result => result.GetProperty("cost_usd").ValueKind != JsonValueKind.Null).Sum(result => result.GetProperty("cost_usd").GetDecimal());
        Assert.Equal(frames.Sum(frame => frame.Record.CostNanoUsd ?? 0) / 1_000_000_000m, cost);
    }

    [Fact]
    public async Task The_end_is_exclusive_and_the_start_is_not()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(_a.Chat("chatcmpl-1"), _a.Chat("chatcmpl-2", record => record with { CreatedAtMicros = Calls.Start + 1_000_000 }));
        var seconds = Calls.Start / 1_000_000;
        var page = await host.For("proj_a").GetJsonAsync($"/v1/usage?start_time={seconds}&end_time={seconds + 1}");
        Assert.Equal(1, Assert.Single(Results(page)).GetProperty("requests").GetInt32());
    }

    [Fact]
    public async Task What_no_row_knows_is_null_and_not_zero()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(_a.Chat("chatcmpl-1", record => record with { InputTokens = null, OutputTokens = 0, CostNanoUsd = null }));
        var result = Assert.Single(Results(await host.For("proj_a").GetJsonAsync(Range)));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("input_tokens").ValueKind);
        Assert.Equal(0, result.GetProperty("output_tokens").GetInt64());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("cost_usd").ValueKind);
    }

    [Fact]
    public async Task Groups_are_by_model_key_and_project_and_only_an_admin_sees_other_projects()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path);
        await host.StoreAsync(
            _a.Chat("chatcmpl-1"),
            _a.Chat("chatcmpl-2", record => record with { KeyId = "key_2" }),
            _a.Chat("chatcmpl-3", record => record with { KeyId = "key_2", Model = null, Outcome = InferenceOutcome.Failed }),
            new Calls("proj_b").Chat("chatcmpl-4"));

        var own = Results(await host.For("proj_a").GetJsonAsync(Range + "&group_by=model,key_id")).ToArray();
        Assert.Equal(3, own.Length);
        Assert.Equal(1, own.Single(result => !result.TryGetProperty("model", out _)).GetProperty("requests").GetInt32());
        Assert.Equal("proj_a", Assert.Single(Results(await host.For("proj_a").GetJsonAsync(Range + "&group_by=project_id"))).Text("project_id"));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.For("proj_a").GetAsync(Range + "&project_id=proj_b")).StatusCode);

        var admin = host.For("proj_a", Scopes.Admin);
        Assert.Equal(["proj_a", "proj_b"], Results(await admin.GetJsonAsync(Range + "&group_by=project_id")).Select(result => result.Text("project_id")));
        Assert.Equal(1, Assert.Single(Results(await admin.GetJsonAsync(Range + "&project_id=proj_b"))).GetProperty("requests").GetInt32());
    }
}
