using System.Text.Json;

namespace LlmGateway.LocalModel.Tests;

public sealed class SamplingTests
{
    private static readonly Candidate[] Near = [new("a", 0.50), new("b", 0.49), new("c", 0.48), new("d", 0.1)];

    [Fact]
    public void The_same_seed_gives_the_same_answer_and_others_another()
    {
        var answers = Enumerable.Range(0, 40).Select(seed => Of(1, seed).Choose(Near, 0).Text).ToList();
        Assert.Equal(answers, Enumerable.Range(0, 40).Select(seed => Of(1, seed).Choose(Near, 0).Text));
        Assert.Equal(["a", "b", "c"], answers.Distinct().Order());
    }

    [Fact]
    public void At_temperature_zero_the_best_answer_is_given_whatever_the_seed() =>
        Assert.All(Enumerable.Range(0, 40), seed => Assert.Equal("a", Of(0, seed).Choose(Near, seed).Text));

    [Fact]
    public void Without_a_seed_the_first_answer_is_the_best_and_further_ones_vary()
    {
        Assert.Equal("a", Of(1, null).Choose(Near, 0).Text);
        Assert.True(Enumerable.Range(0, 10).Select(i => Of(1, null).Choose(Near, i).Text).Distinct().Count() > 1);
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task Either_name_of_the_limit_cuts(string limit)
    {
        await using var host = await LocalModelHost.StartAsync();
        var (_, json) = await host.PostAsync("chat/completions", $$"""{"model":"chat","{{limit}}":3,"messages":[{"role":"user","content":"Hello there"}]}""");
        Assert.Equal("length", json.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(3, json.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Completions_answer_each_prompt_n_times()
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("completions", """{"model":"chat","prompt":["Hello","Good day"],"n":2,"max_tokens":4}""");
        Assert.Equal(200, status);
        Assert.Equal([0, 1, 2, 3], json.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(16, json.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stream_of_completions_makes_the_same_text()
    {
        await using var host = await LocalModelHost.StartAsync();
        var (_, whole) = await host.PostAsync("completions", """{"model":"chat","prompt":"Hello"}""");
        var events = await host.StreamAsync("completions", """{"model":"chat","prompt":"Hello","stream":true}""");
        var text = string.Concat(events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement.GetProperty("choices")[0].GetProperty("text").GetString()));
        Assert.Equal(whole.GetProperty("choices")[0].GetProperty("text").GetString(), text);
    }

    private static Sampling Of(double temperature, long? seed) => new(1, null, [], temperature, seed);
}
