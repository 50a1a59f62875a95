using System.Text.Json;
using LlmGateway.Text.Tokens;

namespace LlmGateway.LocalModel.Tests;

public sealed class ChatTests
{
    private const string Passage = "Context: The Eiffel Tower stands in Paris. It was finished in 1889. Gustave Eiffel's company built it.\\nQuestion: When was the tower finished?";

    [Fact]
    public async Task Answers_a_question_from_the_passage_with_real_usage()
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("chat/completions", Ask(Passage));
        Assert.Equal(200, status);
        var choice = json.GetProperty("choices")[0];
        var text = choice.GetProperty("message").GetProperty("content").GetString()!;
        Assert.Equal("It was finished in 1889.", text);
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(TokenCounter.ForModel("chat").Count(text), json.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Picks_one_of_the_labels_that_the_instructions_list()
    {
        await using var host = await LocalModelHost.StartAsync();
        var body = """{"model":"chat","messages":[{"role":"system","content":"Classify the message. Labels: lost_card, exchange_rate, top_up"},{"role":"user","content":"I lost my card yesterday"}]}""";
        Assert.Equal("lost_card", await TextAsync(host, body));
    }

    [Fact]
    public async Task Follows_examples_given_as_turns_and_as_lines()
    {
        await using var host = await LocalModelHost.StartAsync();
        var turns = """{"model":"chat","messages":[{"role":"user","content":"the soup was cold and awful"},{"role":"assistant","content":"bad"},{"role":"user","content":"lovely warm bread"},{"role":"assistant","content":"good"},{"role":"user","content":"awful cold fish"}]}""";
        Assert.Equal("bad", await TextAsync(host, turns));
        var lines = Ask("Input: lovely warm bread\\nOutput: good\\nInput: cold awful soup\\nOutput: bad\\nInput: lovely bread rolls\\nOutput:");
        Assert.Equal("good", await TextAsync(host, lines));
    }

    [Fact]
    public async Task Says_what_it_is_when_the_prompt_helps_nothing()
    {
        await using var host = await LocalModelHost.StartAsync();
        var text = await TextAsync(host, Ask("Hello there"));
        Assert.Contains("local stand-in", text);
        Assert.Equal(text, await TextAsync(host, Ask("Hello there")));
    }

    [Fact]
    public async Task A_stream_holds_the_same_text_and_usage_only_when_asked()
    {
        await using var host = await LocalModelHost.StartAsync();
        var events = await host.StreamAsync("chat/completions", Ask(Passage, "\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        Assert.Equal("[DONE]", events[^1]);
        var chunks = events.SkipLast(1).Select(data => JsonDocument.Parse(data).RootElement).ToList();
        Assert.Equal("It was finished in 1889.", string.Concat(chunks.SkipLast(1).Select(Delta)));
        Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.True(chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32() > 0);

        var plain = await host.StreamAsync("chat/completions", Ask(Passage, "\"stream\":true"));
        Assert.DoesNotContain(plain, data => data.Contains("usage", StringComparison.Ordinal));
        Assert.Equal("stop", JsonDocument.Parse(plain[^2]).RootElement.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Length_stop_and_count_are_obeyed()
    {
        await using var host = await LocalModelHost.StartAsync();
        var (_, cut) = await host.PostAsync("chat/completions", Ask(Passage, "\"max_completion_tokens\":2,\"n\":2"));
        Assert.Equal(2, cut.GetProperty("choices").GetArrayLength());
        Assert.Equal("length", cut.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(4, cut.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal("It was ", await TextAsync(host, Ask(Passage, "\"stop\":[\"finished\"]")));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"chat"}""", "messages")]
    [InlineData("""{"model":"chat","messages":[]}""", "messages")]
    [InlineData("""{"model":"chat","messages":[{"role":"king","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"chat","messages":[{"role":"user","content":"x"}],"temperature":3}""", "temperature")]
    [InlineData("""{"model":"chat","messages":[{"role":"user","content":"x"}],"stream":"yes"}""", "stream")]
    public async Task A_bad_request_names_its_field(string body, string param)
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("chat/completions", body);
        Assert.Equal(400, status);
        Assert.Equal("invalid_request_error", json.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(param, json.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task The_models_say_that_they_are_stand_ins()
    {
        await using var host = await LocalModelHost.StartAsync();
        var json = await host.Client.GetStringAsync("models");
        Assert.Contains("\"id\":\"chat\"", json);
        Assert.Contains("not a language model", json);
    }

    private static string Ask(string user, string? more = null) =>
        $$"""{"model":"chat","messages":[{"role":"user","content":"{{user}}"}]{{(more is null ? "" : "," + more)}}}""";

    private static string Delta(JsonElement chunk) =>
        chunk.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out var text) ? text.GetString() ?? "" : "";

    private static async Task<string> TextAsync(LocalModelHost host, string body)
    {
        var (status, json) = await host.PostAsync("chat/completions", body);
        Assert.Equal(200, status);
        return json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }
}
