using LlmGateway.Datasets.Tests.Imports;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Datasets.Tests.Versions;

namespace LlmGateway.Datasets.Tests.Exports;

/// <summary>What is exported in a format that can be imported is the same version again.</summary>
public sealed class RoundTripTests(SharedHost host) : IClassFixture<SharedHost>
{
    private const string Tools = """[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]""";
    private const string Call = """{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}""";

    public static TheoryData<string, string[]> Formats => new()
    {
        {
            "openai",
            [
                """{"messages":[{"role":"user","content":"Wo ist „es“?"},{"role":"assistant","content":"da <b>"}]}""",
                $$"""{"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},{{Call}},{"role":"tool","tool_call_id":"c1","content":"1"},{"role":"assistant","content":"one","weight":1}],"tools":{{Tools}},"parallel_tool_calls":false}""",
                """{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a","weight":0},{"role":"user","content":[{"type":"text","text":"p"}]},{"role":"assistant","content":"b"}]}""",
            ]
        },
        {
            "openai_preference",
            [
                """{"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":[{"role":"assistant","content":"good"}],"non_preferred_output":[{"role":"assistant","content":"bad"}]}""",
                $$"""{"input":{"messages":[{"role":"user","content":"q2"}],"tools":{{Tools}},"parallel_tool_calls":true},"preferred_output":[{{Call}}],"non_preferred_output":[{"role":"assistant","content":"I can't"}]}""",
            ]
        },
        {
            "openai_reinforcement",
            [
                """{"messages":[{"role":"user","content":"q"}]}""",
                $$"""{"messages":[{"role":"developer","content":"d"},{"role":"user","content":"q2"}],"tools":{{Tools}},"reference_answer":{"label":"x"},"level":3,"tags":["a",null]}""",
            ]
        },
        {
            "items",
            [
                """{"id":"a","input":"text","reference":{"any":["value"]},"metadata":{"k":1},"split":"test"}""",
                """{"id":"b","input":{"free":"field"},"reference":null,"metadata":null,"split":null,"rejected":"worse"}""",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Lines_come_back_as_they_were_and_make_the_same_version(string format, string[] lines)
    {
        var client = host.NewProject();
        var (dataset, other) = (await client.DatasetAsync(), await client.DatasetAsync("again"));
        var import = format == "items" ? "" : format;
        var version = await client.ImportAsync(dataset, string.Join('\n', lines), import);
        var exported = await client.ExportAsync(dataset, "1", $"format={format}");

        Assert.Equal(lines, exported);
        Assert.Equal(version.Text("content_hash"), (await client.ImportAsync(other, string.Join('\n', exported), import)).Text("content_hash"));
    }

    [Fact]
    public async Task Csv_comes_back_too_where_its_values_are_text()
    {
        var client = host.NewProject();
        var (dataset, other) = (await client.DatasetAsync(), await client.DatasetAsync("again"));
        var version = await client.VersionAsync(dataset, """
            {"id":"a","input":"two\nlines, \"quoted\"","reference":"x;y","split":"train","rejected":"ü"}
            {"id":"b","input":" padded ","reference":"=1+1"}
            """);
        var csv = await client.GetStringAsync($"{dataset}/versions/1/export?format=csv", TestContext.Current.CancellationToken);
        Assert.Equal(version.Text("content_hash"), (await client.ImportAsync(other, csv, "csv", FileImports.ExportedColumns)).Text("content_hash"));
    }

    [Fact]
    public async Task Text_is_written_as_a_conversation()
    {
        var client = host.NewProject();
        var dataset = await client.DatasetAsync();
        await client.VersionAsync(dataset, """{"input":"q","reference":"a","rejected":"b","metadata":{"k":"v"}}""");
        Assert.Equal(["""{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}"""], await client.ExportAsync(dataset, "1", "format=openai"));
        Assert.Equal(
            ["""{"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":[{"role":"assistant","content":"a"}],"non_preferred_output":[{"role":"assistant","content":"b"}]}"""],
            await client.ExportAsync(dataset, "1", "format=openai_preference"));
        Assert.Equal(["""{"messages":[{"role":"user","content":"q"}],"reference_answer":"a","k":"v"}"""], await client.ExportAsync(dataset, "1", "format=openai_reinforcement"));
        Assert.Equal(["""{"item":{"input":"q","reference":"a","metadata":{"k":"v"}}}"""], await client.ExportAsync(dataset, "1", "format=evals"));
    }
}
