using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;

namespace LlmGateway.Datasets.Tests.Imports;

/// <summary>OpenAI's files for fine-tuning, by the rules of each method.</summary>
public sealed class OpenAIImportTests(SharedHost host) : IClassFixture<SharedHost>
{
    private const string Call = """{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}""";
    private const string User = """{"role":"user","content":"hi"}""";
    private const string Answer = """{"role":"assistant","content":"hello"}""";

    [Fact]
    public async Task A_supervised_line_keeps_its_tools_and_weights()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.ImportAsync(
            dataset,
            $$$"""{"messages":[{{{User}}},{"role":"assistant","content":"what?","weight":0},{{{User}}},{{{Call}}},{"role":"tool","tool_call_id":"c1","content":"42"},{"role":"assistant","content":"it is 42","weight":1}],"tools":[{"type":"function","function":{"name":"f"}}]}""",
            "openai");

        var item = (await client.ItemsAsync(dataset))[0];
        Assert.Equal(5, item.GetProperty("input").GetProperty("messages").GetArrayLength());
        Assert.Equal(0, item.GetProperty("input").GetProperty("messages")[1].GetProperty("weight").GetInt32());
        Assert.Equal("""[{"type":"function","function":{"name":"f"}}]""", item.GetProperty("input").GetProperty("tools").GetRawText());
        Assert.Equal("""{"role":"assistant","content":"it is 42","weight":1}""", item.GetProperty("reference").GetRawText());
    }

    [Fact]
    public async Task A_preference_line_becomes_an_item_with_a_better_and_a_worse_output()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.ImportAsync(
            dataset, $$$"""{"input":{"messages":[{{{User}}}],"tools":[],"parallel_tool_calls":true},"preferred_output":[{{{Answer}}}],"non_preferred_output":[{{{Call}}}]}""", "openai_preference");

        var item = (await client.ItemsAsync(dataset))[0];
        Assert.Equal($$"""{"messages":[{{User}}],"tools":[],"parallel_tool_calls":true}""", item.GetProperty("input").GetRawText());
        Assert.Equal(("hello", Call), (item.Text("reference"), item.GetProperty("rejected").GetRawText()));
    }

    [Fact]
    public async Task A_reinforcement_lines_own_fields_become_reference_and_metadata()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.ImportAsync(dataset, $$"""{"messages":[{{User}}],"reference_answer":{"label":"greeting"},"difficulty":3,"id":"own"}""", "openai_reinforcement");

        var item = (await client.ItemsAsync(dataset))[0];
        Assert.Equal($$"""{"messages":[{{User}}]}""", item.GetProperty("input").GetRawText());
        Assert.Equal(("""{"label":"greeting"}""", """{"difficulty":3,"id":"own"}"""), (item.GetProperty("reference").GetRawText(), item.GetProperty("metadata").GetRawText()));
    }

    [Fact]
    public async Task A_line_of_our_own_forms_may_have_a_rejected_output()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.ImportAsync(
            dataset,
            $$$"""
            {"messages":[{{{User}}},{{{Answer}}}],"rejected":{"role":"assistant","content":"no"}}
            {"input":"x","reference":"y","rejected":{"score":0}}
            {"input":"z","rejected":null}
            """,
            "");

        var items = await client.ItemsAsync(dataset);
        Assert.Equal(("\"no\"", """{"score":0}"""), (items[0].GetProperty("rejected").GetRawText(), items[1].GetProperty("rejected").GetRawText()));
        Assert.Equal($$"""{"messages":[{{User}}]}""", items[0].GetProperty("input").GetRawText());
        Assert.False(items[2].TryGetProperty("rejected", out _));
    }

    [Theory]
    [InlineData("openai", """{"messages":[USER]}""", "must end with an answer")]
    [InlineData("openai", """{"messages":[ANSWER]}""", "must end with an answer")]
    [InlineData("openai", """{"messages":[]}""", "'messages' must be an array")]
    [InlineData("openai", """{"messages":null}""", "'messages' must be an array")]
    [InlineData("openai", """{"messages":[{"role":"robot","content":"x"},ANSWER]}""", "'messages[0].role'")]
    [InlineData("openai", """{"messages":[{"role":"user"},ANSWER]}""", "'messages[0].content'")]
    [InlineData("openai", """{"messages":[{"role":"user","content":[{"text":"no type"}]},ANSWER]}""", "'messages[0].content'")]
    [InlineData("openai", """{"messages":[{"role":"user","content":"x","weight":1},ANSWER]}""", "'messages[0].weight'")]
    [InlineData("openai", """{"messages":[USER,{"role":"assistant","content":"y","weight":2}]}""", "'messages[1].weight'")]
    [InlineData("openai", """{"messages":[USER,{"role":"assistant","content":"y","weight":0.5}]}""", "'messages[1].weight'")]
    [InlineData("openai", """{"messages":[USER,{"role":"assistant","content":"y","weight":0}]}""", "nothing to learn")]
    [InlineData("openai", """{"messages":[USER,CALL,USER,ANSWER]}""", "'messages[2]' comes before the tool's answer")]
    [InlineData("openai", """{"messages":[USER,{"role":"tool","tool_call_id":"c1","content":"1"},ANSWER]}""", "'messages[1].tool_call_id'")]
    [InlineData("openai", """{"messages":[USER,CALL,{"role":"tool","tool_call_id":"c2","content":"1"},ANSWER]}""", "'messages[2].tool_call_id'")]
    [InlineData("openai", """{"messages":[USER,{"role":"assistant","tool_calls":[{"id":"c1","function":{"name":"f","arguments":{}}}]}]}""", "'messages[1].tool_calls[0].function'")]
    [InlineData("openai", """{"messages":[USER,ANSWER],"tools":[{"name":"f"}]}""", "'tools[0]'")]
    [InlineData("openai", """{"messages":[USER,ANSWER],"mesages":[]}""", "unknown field 'mesages'")]
    [InlineData("openai", """{"messages":[USER,ANSWER],"messages":[USER,ANSWER]}""", "stands twice")]
    [InlineData("openai_preference", """{"messages":[USER,ANSWER]}""", "unknown field 'messages'")]
    [InlineData("openai_preference", """{"preferred_output":[ANSWER],"non_preferred_output":[ANSWER]}""", "'input' must be an object")]
    [InlineData("openai_preference", """{"input":{"messages":[USER],"model":"m"},"preferred_output":[ANSWER],"non_preferred_output":[ANSWER]}""", "unknown field 'input.model'")]
    [InlineData("openai_preference", """{"input":{"messages":[USER]},"preferred_output":[ANSWER]}""", "'non_preferred_output' must be an array")]
    [InlineData("openai_preference", """{"input":{"messages":[USER]},"preferred_output":[USER],"non_preferred_output":[ANSWER]}""", "'preferred_output' must have one message")]
    [InlineData("openai_preference", """{"input":{"messages":[USER]},"preferred_output":[ANSWER,ANSWER],"non_preferred_output":[ANSWER]}""", "'preferred_output' must have one message")]
    [InlineData("openai_reinforcement", """{"messages":[USER,ANSWER]}""", "must end with a message of the user's")]
    [InlineData("openai_reinforcement", """{"item":{}}""", "'messages' must be an array")]
    public async Task A_line_that_breaks_a_rule_is_told_by_its_number_and_place(string format, string line, string complaint)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        var bad = line.Replace("USER", User, StringComparison.Ordinal).Replace("ANSWER", Answer, StringComparison.Ordinal).Replace("CALL", Call, StringComparison.Ordinal);
        var error = await client.RefusedImportAsync(dataset, $"\n{bad}\n", format);

        Assert.Equal(("source.file_id", "invalid_file"), (error.Text("param"), error.Text("code")));
        Assert.StartsWith("1 of 1 lines cannot be used", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains("line 2: ", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains(complaint, error.Text("message"), StringComparison.Ordinal);
        Assert.Empty((await client.GetJsonAsync($"{dataset}/versions")).Ids());
    }

    [Theory]
    [InlineData(""","format":"jsonl" """, "source.format")]
    [InlineData(""","format":"csv" """, "source.columns")]
    [InlineData(""","format":"csv","columns":{}""", "source.columns.input")]
    [InlineData(""","format":"csv","columns":{"input":""}""", "source.columns.input")]
    [InlineData(""","format":"csv","columns":{"input":"a","metadata":"b"}""", "source.columns.metadata")]
    [InlineData(""","format":"csv","columns":{"input":"a","metadata":{"k":1}}""", "source.columns.metadata")]
    [InlineData(""","format":"csv","columns":{"input":"a","metadata":["b","b"]}""", "source.columns.metadata")]
    [InlineData(""","format":"csv","columns":{"input":"a"},"delimiter":"|" """, "source.delimiter")]
    [InlineData(""","format":"openai","columns":{"input":"a"}""", "source.columns")]
    [InlineData(""","delimiter":";" """, "source.delimiter")]
    [InlineData(""","on_error":"ignore" """, "source.on_error")]
    public async Task A_field_that_is_wrong_is_named(string more, string param)
    {
        var client = host.NewProject();
        Assert.Equal(param, (await client.RefusedImportAsync(await client.DatasetAsync(), "a\n1\n", "", more)).Text("param"));
    }
}
