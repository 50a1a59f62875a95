using System.Text.Json;

namespace LlmGateway.LocalModel.Tests;

public sealed class ResponsesTests
{
    private const string Question = "Context: The tower was finished in 1889. It stands in Paris.\\nQuestion: When was the tower finished?";

    [Fact]
    public async Task An_answer_is_a_message_with_usage()
    {
        var json = await PostAsync($$"""{"model":"chat","input":"{{Question}}"}""");
        Assert.Equal("completed", json.GetProperty("status").GetString());
        Assert.Equal("The tower was finished in 1889.", TextOf(json));
        Assert.True(json.GetProperty("usage").GetProperty("input_tokens").GetInt32() > 10);
    }

    [Fact]
    public async Task Instructions_and_items_are_read()
    {
        var json = await PostAsync("""{"model":"chat","instructions":"Labels: lost_card, exchange_rate","input":[{"role":"user","content":[{"type":"input_text","text":"I lost my card"}]}]}""");
        Assert.Equal("lost_card", TextOf(json));
    }

    [Fact]
    public async Task An_answer_cut_short_is_incomplete_and_says_why()
    {
        var json = await PostAsync($$"""{"model":"chat","max_output_tokens":2,"input":"{{Question}}"}""");
        Assert.Equal("incomplete", json.GetProperty("status").GetString());
        Assert.Equal("max_output_tokens", json.GetProperty("incomplete_details").GetProperty("reason").GetString());
        Assert.Equal(2, json.GetProperty("usage").GetProperty("output_tokens").GetInt32());
        Assert.Equal("incomplete", json.GetProperty("output")[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_format_is_filled()
    {
        var json = await PostAsync("""{"model":"chat","input":"I lost my card","text":{"format":{"type":"json_schema","name":"t","schema":{"type":"object","properties":{"topic":{"enum":["lost card","refund"]}},"required":["topic"]}}}}""");
        Assert.Equal("""{"topic":"lost card"}""", TextOf(json));
    }

    [Fact]
    public async Task Tools_are_called_and_their_results_answered_from()
    {
        const string Tools = """[{"type":"function","name":"get_weather","description":"Get the weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]""";
        var called = (await PostAsync($$"""{"model":"chat","tools":{{Tools}},"input":"What is the weather in Paris?"}""")).GetProperty("output")[0];
        Assert.Equal("function_call", called.GetProperty("type").GetString());
        Assert.Equal("""{"city":"Paris"}""", called.GetProperty("arguments").GetString());

        var answered = await PostAsync($$$"""{"model":"chat","tools":{{{Tools}}},"input":[{"role":"user","content":"What is the weather in Paris?"},{{{called.GetRawText()}}},{"type":"function_call_output","call_id":"{{{called.GetProperty("call_id").GetString()}}}","output":"The weather in Paris is sunny."}]}""");
        Assert.Equal("The weather in Paris is sunny.", TextOf(answered));
    }

    [Fact]
    public async Task A_stream_ends_with_the_same_response_and_its_deltas_make_the_text()
    {
        await using var host = await LocalModelHost.StartAsync();
        var events = (await host.StreamAsync("responses", $$"""{"model":"chat","stream":true,"input":"{{Question}}"}""")).Select(data => JsonDocument.Parse(data).RootElement).ToList();
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(json => json.GetProperty("sequence_number").GetInt32()));
        var deltas = events.Where(json => json.GetProperty("type").GetString() == "response.output_text.delta").Select(json => json.GetProperty("delta").GetString());
        Assert.Equal("The tower was finished in 1889.", string.Concat(deltas));
        Assert.Equal("response.completed", events[^1].GetProperty("type").GetString());
        Assert.Equal("The tower was finished in 1889.", TextOf(events[^1].GetProperty("response")));
    }

    [Fact]
    public async Task A_stream_cut_short_ends_as_incomplete()
    {
        await using var host = await LocalModelHost.StartAsync();
        var events = await host.StreamAsync("responses", $$"""{"model":"chat","stream":true,"max_output_tokens":2,"input":"{{Question}}"}""");
        Assert.Contains("\"response.incomplete\"", events[^1]);
    }

    private static async Task<JsonElement> PostAsync(string body)
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("responses", body);
        Assert.True(status == 200, json.GetRawText());
        return json;
    }

    private static string TextOf(JsonElement response) => response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()!;
}
