using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.LocalModel.Tests;

public sealed class FaultTests
{
    private const string Body = """{"model":"chat","messages":[{"role":"user","content":"Hello there"}]}""";
    private const string Stream = """{"model":"chat","stream":true,"messages":[{"role":"user","content":"Hello there"}]}""";
    private const string Enabled = "--LocalModel:Faults=true";

    [Fact]
    public async Task Without_the_configuration_the_header_does_nothing()
    {
        await using var host = await LocalModelHost.StartAsync();
        Assert.Equal(200, (await host.PostAsync("chat/completions", Body, "500")).Status);
    }

    [Theory]
    [InlineData("429", 429)]
    [InlineData("500", 500)]
    public async Task A_status_comes_as_an_error_object(string fault, int expected)
    {
        await using var host = await LocalModelHost.StartAsync(Enabled);
        using var response = await host.SendAsync("chat/completions", Body, fault);
        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal(expected == 429, response.Headers.RetryAfter is not null);
        Assert.Contains("\"error\"", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(Body)]
    [InlineData(Stream)]
    public async Task A_cut_answer_breaks_off(string body)
    {
        await using var host = await LocalModelHost.StartAsync(Enabled);
        await Assert.ThrowsAsync<HttpRequestException>(() => host.SendAsync("chat/completions", body, "cut"));
    }

    [Fact]
    public async Task A_slow_stream_takes_a_tenth_of_a_second_before_it_and_after_each_event()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.Zero };
        await using var host = await LocalModelHost.StartAsync(time, Enabled);
        var start = time.GetTimestamp();
        var answer = host.SendAsync("completions", """{"model":"chat","stream":true,"prompt":"Hello there","max_tokens":2}""", "slow");
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        using var response = await answer;
        Assert.Equal(200, (int)response.StatusCode);
        Assert.True(time.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(400), "one pause before and three events");
    }

    [Fact]
    public async Task A_hanging_call_ends_only_when_the_caller_leaves()
    {
        await using var host = await LocalModelHost.StartAsync(new FakeTimeProvider(), Enabled);
        host.Client.Timeout = TimeSpan.FromMilliseconds(300);
        await Assert.ThrowsAsync<TaskCanceledException>(() => host.SendAsync("chat/completions", Body, "hang"));
    }

    [Fact]
    public async Task An_unknown_fault_is_refused()
    {
        await using var host = await LocalModelHost.StartAsync(Enabled);
        var (status, json) = await host.PostAsync("chat/completions", Body, "explode");
        Assert.Equal(400, status);
        Assert.Equal("x-local-fault", json.GetProperty("error").GetProperty("param").GetString());
    }
}
