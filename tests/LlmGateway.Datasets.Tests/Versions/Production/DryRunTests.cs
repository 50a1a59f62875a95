using System.Globalization;
using LlmGateway.Datasets.Tests.Stores;

namespace LlmGateway.Datasets.Tests.Versions.Production;

public sealed class EmbeddedDryRunTests : DryRunTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresDryRunTests : DryRunTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>What would come of a request, in each store.</summary>
public abstract class DryRunTests
{
    private readonly Calls _calls = new("proj_a");

    [Fact]
    public async Task It_makes_nothing_and_tells_how_many_pass_what_is_left_out_and_ten_examples()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await host.StoreAsync([
            .. Enumerable.Range(0, 150).Select(number => _calls.Ask($"c{number}", string.Create(CultureInfo.InvariantCulture, $"question {number}"))),
            _calls.Ask("twice", "QUESTION  149"),
            _calls.Chat("none", response: """{"id":"none","choices":[]}"""),
            _calls.Ask("other", "other", with: call => call with { RequestedModel = "slow" })]);
        var dataset = await client.DatasetAsync();
        var told = await client.PostJsonAsync($"{dataset}/from_inferences", """{"dry_run":true,"filter":{"model":"fast"},"dedupe":"input","sample":{"share":0.5},"limit":60}""");

        Assert.Equal(("dataset.dry_run", dataset.Split('/')[^1]), (told.Text("object"), told.Text("dataset_id")));
        Assert.Equal((152, false, 60, 100), (Number("matching"), told.GetProperty("estimated").GetBoolean(), Number("selected"), Number("examined")));
        Assert.Equal("""{"duplicate_input":1,"no_output":1}""", told.GetProperty("would_drop").GetRawText());
        var examples = told.GetProperty("examples").EnumerateArray().ToArray();
        Assert.Equal(10, examples.Length);
        Assert.All(examples, example => Assert.StartsWith("answer to question", example.Text("reference"), StringComparison.Ordinal));
        Assert.Empty((await client.GetJsonAsync($"{dataset}/versions")).Ids());
        Assert.Equal((0, 0), await host.CountVersionsAsync());

        int Number(string name) => told.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Words_are_looked_for_in_the_newest_calls_and_the_rest_is_reckoned()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        for (var batch = 0; batch < 3; batch++)
        {
            var first = batch * 400;
            await host.StoreAsync([.. Enumerable.Range(first, 400).Select(number => _calls.Ask(
                $"c{number}", number % 4 == 0 ? $"card {number}" : $"other {number}"))]);
        }

        var dataset = await client.DatasetAsync();
        var told = await client.PostJsonAsync($"{dataset}/from_inferences", """{"dry_run":true,"filter":{"text":"card"}}""");
        Assert.Equal((300, true, 1000), (told.GetProperty("matching").GetInt32(), told.GetProperty("estimated").GetBoolean(), told.GetProperty("examined").GetInt32()));
        Assert.All(told.GetProperty("examples").EnumerateArray(), example => Assert.Contains("card", example.Text("reference"), StringComparison.Ordinal));

        told = await client.PostJsonAsync($"{dataset}/from_inferences", """{"dry_run":true,"filter":{"text":"card 1196"}}""");
        Assert.Equal(1, told.GetProperty("examples").GetArrayLength());
        told = await client.PostJsonAsync($"{dataset}/from_inferences", """{"dry_run":true,"filter":{"text":"nothing","model":"none"}}""");
        Assert.Equal((0, false), (told.GetProperty("matching").GetInt32(), told.GetProperty("estimated").GetBoolean()));
    }

    [Fact]
    public async Task Pairs_and_the_best_are_shown_of_the_newest_calls()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync();
        var client = host.For("proj_a");
        await host.StoreAsync(_calls.Ask("1", "twice", "good"), _calls.Ask("2", "twice", "bad"), _calls.Ask("3", "unsaid"));
        await client.PostJsonAsync("/v1/feedback", """{"inference_id":"1","metric":"good","value":true}""");
        await client.PostJsonAsync("/v1/feedback", """{"inference_id":"2","metric":"good","value":false}""");
        var dataset = await client.DatasetAsync();
        foreach (var output in new[] { "best_feedback", "preference" })
        {
            var told = await client.PostJsonAsync($"{dataset}/from_inferences", $$"""{"dry_run":true,"output":"{{output}}","metric":"good"}""");
            Assert.Equal(2, told.GetProperty("matching").GetInt32());
            Assert.Equal("good", Assert.Single(told.GetProperty("examples").EnumerateArray()).Text("reference"));
        }
    }

    protected abstract ValueTask<TestStore> OpenAsync();
}
