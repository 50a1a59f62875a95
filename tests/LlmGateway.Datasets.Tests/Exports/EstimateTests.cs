using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;
using Microsoft.Extensions.Options;

namespace LlmGateway.Datasets.Tests.Exports;

/// <summary>What training on a version would cost.</summary>
public sealed class EstimateTests(SharedHost host) : IClassFixture<SharedHost>
{
    // By OpenAI's cookbook: 3 for each message, its role and its text, and 3 for the whole: 3 + (3 + 1 + 1) + (3 + 1 + 1).
    private const int HelloTokens = 13;

    private const string Hellos = """
        {"id":"a","input":"hello","reference":"hello","split":"train"}
        {"id":"b","input":"hello","reference":"hello","split":"train"}
        {"id":"c","input":"hello","reference":"hello hello","split":"test"}
        """;

    [Fact]
    public async Task Tokens_are_counted_for_all_and_each_split_and_priced_for_the_training_part()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, Hellos);
        var estimate = await client.GetJsonAsync($"{dataset}/versions/1/export/estimate?model=gpt-4o-mini-2024-07-18&epochs=4");

        Assert.Equal(("dataset.export_estimate", "openai", "gpt-4o-mini-2024-07-18"), (estimate.Text("object"), estimate.Text("format"), estimate.Text("model")));
        Assert.Equal((3, (3 * HelloTokens) + 1), (estimate.GetProperty("items").GetInt32(), estimate.GetProperty("tokens").GetInt32()));
        Assert.Equal(
            $$$"""{"test":{"items":1,"tokens":{{{HelloTokens + 1}}}},"train":{"items":2,"tokens":{{{2 * HelloTokens}}}}}""", estimate.GetProperty("splits").GetRawText());
        Assert.Equal($$"""{"id":"c","tokens":{{HelloTokens + 1}}}""", estimate.GetProperty("longest_item").GetRawText());
        Assert.Equal((65_536, 0), (estimate.GetProperty("context_tokens").GetInt32(), estimate.GetProperty("items_over_context").GetInt32()));
        Assert.Equal(4 * 2 * HelloTokens, estimate.GetProperty("training_tokens").GetInt32());
        Assert.Equal((3m, 3m * 4 * 2 * HelloTokens / 1_000_000), (estimate.GetProperty("usd_per_million_tokens").GetDecimal(), estimate.GetProperty("estimated_cost_usd").GetDecimal()));
    }

    [Fact]
    public async Task Items_longer_than_the_model_is_trained_on_are_counted()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, $$"""
            {"input":"hello","reference":"{{string.Concat(Enumerable.Repeat("hello ", 17_000))}}"}
            {"input":"hello","reference":"hello"}
            """);
        Assert.Equal(1, (await client.GetJsonAsync($"{dataset}/versions/1/export/estimate?model=gpt-3.5-turbo")).GetProperty("items_over_context").GetInt32());
    }

    [Fact]
    public async Task A_preference_counts_both_answers_and_what_is_not_known_is_null()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, """{"input":"hello","reference":"hello","rejected":"hello"}""");
        var estimate = await client.GetJsonAsync($"{dataset}/versions/1/export/estimate?model=llama-3&format=trl_preference");
        Assert.Equal((HelloTokens + 5, 3 * (HelloTokens + 5)), (estimate.GetProperty("tokens").GetInt32(), estimate.GetProperty("training_tokens").GetInt32()));
        Assert.All(
            ["context_tokens", "items_over_context", "usd_per_million_tokens", "estimated_cost_usd"], name => Assert.Equal(JsonValueKind.Null, estimate.GetProperty(name).ValueKind));

        var reinforcement = await client.GetJsonAsync($"{dataset}/versions/1/export/estimate?model=gpt-4.1&format=openai_reinforcement");
        Assert.Equal((HelloTokens - 5, JsonValueKind.Null), (reinforcement.GetProperty("tokens").GetInt32(), reinforcement.GetProperty("estimated_cost_usd").ValueKind));
    }

    [Theory]
    [InlineData("gpt-4.1-2025-04-14", 25)]
    [InlineData("openai/gpt-4.1-nano", 1.5)]
    [InlineData("ft:gpt-3.5-turbo-0125:org::id", 8)]
    [InlineData("local/llama-3-8b", 0.5)]
    [InlineData("gpt-4o", 2)]
    public async Task A_price_is_the_configured_one_else_the_published_one_of_the_model(string model, double expected)
    {
        using var store = TestStore.Embedded();
        await using var own = await store.StartAsync(settings: [("Datasets:TrainingPrices:llama-3-8b", "0.5"), ("Datasets:TrainingPrices:gpt-4o", "2")]);
        var client = own.For("proj_a");
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, Hellos);
        var estimate = await client.GetJsonAsync($"{dataset}/versions/1/export/estimate?model={Uri.EscapeDataString(model)}");
        Assert.Equal(expected, estimate.GetProperty("usd_per_million_tokens").GetDouble());
    }

    [Fact]
    public async Task A_price_out_of_range_stops_the_start()
    {
        using var store = TestStore.Embedded();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => store.StartAsync(settings: [("Datasets:TrainingPrices:m", "-1")]));
        Assert.Contains("Datasets:TrainingPrices", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "model")]
    [InlineData("model=m&epochs=0", "epochs")]
    [InlineData("model=m&epochs=101", "epochs")]
    [InlineData("model=m&format=csv", "format")]
    [InlineData("model=m&format=openai_preference", "format")]
    [InlineData("model=m&split=all", "split")]
    public async Task A_parameter_that_is_wrong_is_named(string query, string param)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, Hellos);
        var response = await client.GetAsync($"{dataset}/versions/1/export/estimate?{query}", TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(param, (await response.JsonAsync()).GetProperty("error").Text("param"));
    }
}
