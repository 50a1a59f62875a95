using System.Text.Json;

namespace LlmGateway.LocalModel.Tests;

public sealed class ToolTests
{
    private const string Weather = """{"type":"function","function":{"name":"get_weather","description":"Get the weather of a city","strict":true,"parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}}}""";
    private const string Clock = """{"type":"function","function":{"name":"get_time","description":"Get the time of day in a city","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}""";

    [Fact]
    public async Task A_request_that_resembles_a_tool_calls_it_with_arguments_from_the_text()
    {
        var call = Assert.Single(await CallsAsync("What is the weather in Paris?"));
        Assert.Equal(("get_weather", """{"city":"Paris"}"""), call);
    }

    [Fact]
    public async Task A_request_that_resembles_no_tool_is_answered() => Assert.Empty(await CallsAsync("Thank you very much indeed"));

    [Fact]
    public async Task None_calls_nothing_even_where_a_tool_would_fit() =>
        Assert.Empty(await CallsAsync("What is the weather in Paris?", "\"tool_choice\":\"none\""));

    [Fact]
    public async Task Required_calls_a_tool_even_where_none_would_fit() =>
        Assert.Single(await CallsAsync("Thank you very much indeed", "\"tool_choice\":\"required\""));

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"get_time"}}""")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"get_time"}}]}}""")]
    public async Task A_named_tool_is_called_although_another_fits_better(string choice)
    {
        var call = Assert.Single(await CallsAsync("What is the weather in Paris?", $"\"tool_choice\":{choice}"));
        Assert.Equal("get_time", call.Name);
    }

    [Fact]
    public async Task Two_things_asked_at_once_are_two_calls_unless_parallel_calls_are_off()
    {
        const string Both = "What is the weather in Paris and what is the time of day in London?";
        Assert.Equal([("get_weather", """{"city":"Paris"}"""), ("get_time", """{"city":"London"}""")], await CallsAsync(Both));
        Assert.Single(await CallsAsync(Both, "\"parallel_tool_calls\":false"));
    }

    [Fact]
    public async Task A_stream_numbers_its_calls_and_holds_the_same_arguments()
    {
        await using var host = await LocalModelHost.StartAsync();
        var events = await host.StreamAsync("chat/completions", Ask("What is the weather in Paris and what is the time of day in London?", "\"stream\":true"));
        var pieces = events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement.GetProperty("choices")[0].GetProperty("delta"))
            .Where(delta => delta.TryGetProperty("tool_calls", out _)).Select(delta => delta.GetProperty("tool_calls")[0]).ToList();
        var arguments = pieces.GroupBy(piece => piece.GetProperty("index").GetInt32())
            .Select(call => string.Concat(call.Select(piece => piece.GetProperty("function").GetProperty("arguments").GetString())));
        Assert.Equal(["""{"city":"Paris"}""", """{"city":"London"}"""], arguments);
        Assert.Contains(events, data => data.Contains("\"finish_reason\":\"tool_calls\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_tools_result_the_answer_comes_from_it()
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("chat/completions", $$$"""
            {"model":"chat","tools":[{{{Weather}}}],"messages":[{"role":"user","content":"What is the weather in Paris?"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}]},
            {"role":"tool","tool_call_id":"call_1","content":"The station is old. The weather in Paris is sunny, 21 degrees."}]}
            """);
        Assert.Equal(200, status);
        Assert.Equal("The weather in Paris is sunny, 21 degrees.", json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("\"tool_choice\":\"perhaps\"", "tool_choice")]
    [InlineData("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"nothing\"}}", "tool_choice")]
    [InlineData("\"tool_choice\":7", "tool_choice")]
    [InlineData("\"parallel_tool_calls\":\"yes\"", "parallel_tool_calls")]
    public async Task A_wrong_choice_names_its_field(string more, string param)
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("chat/completions", Ask("What is the weather in Paris?", more));
        Assert.Equal(400, status);
        Assert.Equal(param, json.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_strict_tool_that_leaves_its_arguments_open_is_refused()
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("chat/completions", """
            {"model":"chat","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}}}]}
            """);
        Assert.Equal(400, status);
        Assert.Equal("tools[0].function.parameters", json.GetProperty("error").GetProperty("param").GetString());
        Assert.Contains("additionalProperties", json.GetProperty("error").GetProperty("message").GetString());
    }

    private static string Ask(string user, string? more = null) =>
        $$"""{"model":"chat","tools":[{{Weather}},{{Clock}}],"messages":[{"role":"user","content":"{{user}}"}]{{(more is null ? "" : "," + more)}}}""";

    private static async Task<List<(string Name, string Arguments)>> CallsAsync(string user, string? more = null)
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("chat/completions", Ask(user, more));
        Assert.Equal(200, status);
        var choice = json.GetProperty("choices")[0];
        if (!choice.GetProperty("message").TryGetProperty("tool_calls", out var calls))
        {
            Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
            return [];
        }

        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
        return [.. calls.EnumerateArray().Select(call => call.GetProperty("function")).Select(function => (function.GetProperty("name").GetString()!, function.GetProperty("arguments").GetString()!))];
    }
}
