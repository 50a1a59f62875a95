using System.Text.Json;

namespace LlmGateway.LocalModel.Tests;

public sealed class StructuredOutputTests
{
    private const string Ticket = """{"type":"object","properties":{"name":{"type":"string"},"email":{"type":"string"},"amount":{"type":"number"},"topic":{"type":"string","enum":["refund","exchange rate","lost card"]}},"required":["name","email","amount","topic"],"additionalProperties":false}""";

    [Fact]
    public async Task A_schema_is_filled_from_the_text()
    {
        var json = await FillAsync("My name is Ada Lovelace, ada@example.com. I want a refund, the amount is 12.50.", Format(Ticket));
        Assert.Equal("Ada Lovelace", json.GetProperty("name").GetString());
        Assert.Equal("ada@example.com", json.GetProperty("email").GetString());
        Assert.Equal(12.5, json.GetProperty("amount").GetDouble());
        Assert.Equal("refund", json.GetProperty("topic").GetString());
    }

    [Fact]
    public async Task A_JSON_object_has_the_keys_that_the_prompt_names()
    {
        var json = await FillAsync("Reply as JSON with the keys name and email. I am Ada Lovelace, ada@example.com", """{"type":"json_object"}""");
        Assert.Equal("""{"name":"Ada Lovelace","email":"ada@example.com"}""", json.GetRawText());
    }

    [Fact]
    public async Task A_JSON_object_without_named_keys_holds_the_answer()
    {
        var json = await FillAsync("Context: The tower was finished in 1889. It stands in Paris.\\nQuestion: When was the tower finished, in JSON?", """{"type":"json_object"}""");
        Assert.Equal("The tower was finished in 1889.", json.GetProperty("answer").GetString());
    }

    [Theory]
    [InlineData("""{"type":"json_object"}""", "response_format")]
    [InlineData("""{"type":"yaml"}""", "response_format.type")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"x"}}""", "response_format.json_schema.schema")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"array","prefixItems":[]}}}""", "response_format.json_schema.schema")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{"a":{"type":"object","unevaluatedProperties":false}}}}}""", "response_format.json_schema.schema")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}}}""", "response_format.json_schema.schema")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"integer","minimum":3,"maximum":2}}}""", "response_format")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{},"required":["a"],"additionalProperties":false}}}""", "response_format")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"x","schema":{"$ref":"#/$defs/missing"}}}""", "response_format")]
    public async Task A_format_that_cannot_be_obeyed_is_refused_and_named(string format, string param)
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("chat/completions", Ask("x", format));
        Assert.Equal(400, status);
        Assert.Equal(param, json.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_cut_answer_says_so_and_is_no_longer_JSON()
    {
        await using var host = await LocalModelHost.StartAsync();
        var (_, json) = await host.PostAsync("chat/completions", $$"""{"model":"chat","max_tokens":3,"response_format":{{Format(Ticket)}},"messages":[{"role":"user","content":"x"}]}""");
        Assert.Equal("length", json.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    private static string Format(string schema) => $$$"""{"type":"json_schema","json_schema":{"name":"ticket","strict":true,"schema":{{{schema}}}}}""";

    private static string Ask(string user, string format) => $$"""{"model":"chat","response_format":{{format}},"messages":[{"role":"user","content":"{{user}}"}]}""";

    private static async Task<JsonElement> FillAsync(string user, string format)
    {
        await using var host = await LocalModelHost.StartAsync();
        var (status, json) = await host.PostAsync("chat/completions", Ask(user, format));
        Assert.True(status == 200, json.GetRawText());
        return JsonDocument.Parse(json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!).RootElement;
    }
}
