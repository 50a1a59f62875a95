using System.Text.Json;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;

namespace LlmGateway.Datasets.Tests.Exports;

/// <summary>Items in the layouts of trainers, checked by the rules of each.</summary>
public sealed class TrainerExportTests(SharedHost host) : IClassFixture<SharedHost>
{
    private const string Tools = """[{"type":"function","function":{"name":"find"}}]""";

    private const string Conversation = $$$"""
        {"input":{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is it?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"find","arguments":"{\"what\":\"it\"}"}}]},{"role":"tool","tool_call_id":"c1","content":"here"}],"tools":{{{Tools}}}},"reference":{"role":"assistant","content":"Here.","weight":1},"rejected":"No idea."}
        """;

    private const string Others = """
        {"input":"Wo?","reference":"Da.","rejected":"Dort."}
        {"input":[{"role":"user","content":"a"},{"role":"assistant","content":"b","weight":0},{"role":"user","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]}],"reference":"e","rejected":{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"2","type":"function","function":{"name":"g","arguments":"{}"}}]}}
        """;

    [Theory]
    [InlineData(
        "trl",
        """{"prompt":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is it?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"find","arguments":{"what":"it"}}}]},{"role":"tool","tool_call_id":"c1","content":"here"}],"completion":[{"role":"assistant","content":"Here."}],"tools":TOOLS}""")]
    [InlineData(
        "trl_preference",
        """{"prompt":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is it?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"find","arguments":{"what":"it"}}}]},{"role":"tool","tool_call_id":"c1","content":"here"}],"chosen":[{"role":"assistant","content":"Here."}],"rejected":[{"role":"assistant","content":"No idea."}],"tools":TOOLS}""")]
    [InlineData(
        "llama_factory",
        """{"conversations":[{"from":"human","value":"Where is it?"},{"from":"function_call","value":"{\"name\":\"find\",\"arguments\":{\"what\":\"it\"}}"},{"from":"observation","value":"here"},{"from":"gpt","value":"Here."}],"system":"Be brief.","tools":"[{\"type\":\"function\",\"function\":{\"name\":\"find\"}}]"}""")]
    [InlineData(
        "llama_factory_preference",
        """{"conversations":[{"from":"human","value":"Where is it?"},{"from":"function_call","value":"{\"name\":\"find\",\"arguments\":{\"what\":\"it\"}}"},{"from":"observation","value":"here"}],"chosen":{"from":"gpt","value":"Here."},"rejected":{"from":"gpt","value":"No idea."},"system":"Be brief.","tools":"[{\"type\":\"function\",\"function\":{\"name\":\"find\"}}]"}""")]
    [InlineData(
        "axolotl",
        """{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Where is it?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"find","arguments":"{\"what\":\"it\"}"}}]},{"role":"tool","tool_call_id":"c1","content":"here"},{"role":"assistant","content":"Here.","train":true}],"tools":TOOLS}""")]
    public async Task A_conversation_is_written_as_the_trainer_has_it(string format, string expected)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, Conversation);
        Assert.Equal([expected.Replace("TOOLS", Tools, StringComparison.Ordinal)], await client.ExportAsync(dataset, "1", $"format={format}"));
    }

    [Fact]
    public async Task Every_line_passes_the_trainers_own_rules()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, $"{Conversation}\n{Others}");
        foreach (var (format, rule) in new (string, Action<JsonElement>)[]
        {
            ("trl", TrainerRules.Trl), ("trl_preference", TrainerRules.TrlPreference), ("axolotl", TrainerRules.Axolotl), ("llama_factory", TrainerRules.LlamaFactory),
            ("llama_factory_preference", TrainerRules.LlamaFactoryPreference), ("evals", TrainerRules.Evals),
        })
        {
            var lines = await client.ExportAsync(dataset, "1", $"format={format}");
            Assert.Equal(3, lines.Length);
            Assert.All(lines, line => rule(JsonElement.Parse(line)));
        }
    }

    [Theory]
    [InlineData("openai", "not_supervised", "'2': 'input' is neither text nor messages")]
    [InlineData("openai_preference", "not_preference", "'1': 'rejected' is neither text nor an assistant message")]
    [InlineData("openai_reinforcement", "not_reinforcement", "'1': 'metadata.tools' has a name that the format needs")]
    [InlineData("trl", "not_supervised", "'2': 'input' is neither text nor messages")]
    [InlineData("trl_preference", "not_preference", "'1': 'rejected' is neither text nor an assistant message")]
    [InlineData("axolotl", "not_supervised", "'2': 'input' is neither text nor messages")]
    [InlineData("llama_factory", "not_sharegpt", "'2': 'input' is neither text nor messages")]
    [InlineData("llama_factory_preference", "not_sharegpt", "'1': 'rejected' is neither text nor an assistant message")]
    public async Task Items_that_do_not_fit_are_counted_and_the_first_is_named_before_anything_is_sent(string format, string code, string first)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, """
            {"id":"0","input":"fits","reference":"y","rejected":"z"}
            {"id":"1","input":"x","reference":"y","metadata":{"tools":1}}
            {"id":"2","input":{"free":"field"},"reference":"y"}
            """);
        var response = await client.GetAsync($"{dataset}/versions/1/export?format={format}", TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
        var error = (await response.JsonAsync()).GetProperty("error");
        Assert.Equal(("format", code), (error.Text("param"), error.Text("code")));
        Assert.Matches("^[12] items cannot be written", error.Text("message")!);
        Assert.Contains(first, error.Text("message"), StringComparison.Ordinal);
        Assert.Equal(3, (await client.ExportAsync(dataset, "1", "format=items")).Length);
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"a"},{"role":"user","content":"b"}]""", "\"c\"", "do not speak in turn")]
    [InlineData("""[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"system","content":"s"}]""", "\"c\"", "is not the first")]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:,"}}]}]""", "\"c\"", "a part that is not text")]
    [InlineData("\"a\"", """{"role":"assistant","content":"text","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}""", "both text and calls")]
    public async Task What_sharegpt_cannot_say_is_refused_there_and_written_elsewhere(string input, string reference, string complaint)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, $$"""{"input":{{input}},"reference":{{reference}}}""");
        var response = await client.GetAsync($"{dataset}/versions/1/export?format=llama_factory", TestContext.Current.CancellationToken);
        Assert.Contains(complaint, (await response.JsonAsync()).GetProperty("error").Text("message"), StringComparison.Ordinal);
        Assert.Single(await client.ExportAsync(dataset, "1", "format=openai"));
    }

    [Theory]
    [InlineData("""[{"role":"robot","content":"a"}]""", "'messages[0].role'")]
    [InlineData("""[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}]""", "'messages[2]' comes before the tool's answer")]
    public async Task What_openai_would_refuse_is_not_exported_for_it(string input, string complaint)
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, $$"""{"input":{{input}},"reference":"x"}""");
        var response = await client.GetAsync($"{dataset}/versions/1/export?format=openai", TestContext.Current.CancellationToken);
        Assert.Contains(complaint, (await response.JsonAsync()).GetProperty("error").Text("message"), StringComparison.Ordinal);
    }
}
