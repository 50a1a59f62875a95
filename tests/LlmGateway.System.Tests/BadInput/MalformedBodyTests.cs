using System.Text;
using System.Text.Json;

namespace LlmGateway.System.Tests;

/// <summary>A body that cannot be meant is refused here, with the field at fault, and no provider sees it.</summary>
public abstract class MalformedBodyTests(RunningSystem gateway) : Scenario(gateway)
{
    private const string Message = """{"role":"user","content":"hi"}""";

    public static TheoryData<string, string, string?> WrongTypes => new()
    {
        { "chat/completions", """{"model":7,"messages":[MESSAGE]}""", "model" },
        { "chat/completions", """{"model":"","messages":[MESSAGE]}""", "model" },
        { "chat/completions", """{"model":"test/m","messages":{}}""", "messages" },
        { "chat/completions", """{"model":"test/m","messages":[]}""", "messages" },
        { "chat/completions", """{"model":"test/m","messages":["hi"]}""", "messages[0]" },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE,{"content":"x"}]}""", "messages[1].role" },
        { "chat/completions", """{"model":"test/m","messages":[{"role":3}]}""", "messages[0].role" },
        { "chat/completions", """{"model":"test/m","messages":[{"role":"user","content":{}}]}""", "messages[0].content" },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE],"temperature":"0"}""", "temperature" },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE],"seed":"1"}""", "seed" },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE],"store":"yes"}""", "store" },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE],"user":{}}""", "user" },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE],"stream_options":[]}""", "stream_options" },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE],"stream_options":{"include_usage":"yes"}}""", "stream_options.include_usage" },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE],"metadata":[]}""", "metadata" },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE],"metadata":{"a":1}}""", "metadata.a" },
        { "chat/completions", """{"model":"\ud800","messages":[MESSAGE]}""", "model" },
        { "chat/completions", """[{"model":"test/m"}]""", null },
        { "chat/completions", """{"model":"test/m","messages":[MESSAGE]}}""", null },
        { "chat/completions", "", null },
        { "completions", """{"model":"test/m"}""", "prompt" },
        { "embeddings", """{"model":"test/m","input":null}""", "input" },
        { "responses", """{"model":"test/m","stream":"yes","input":"hi"}""", "stream" },
    };

    [Theory]
    [MemberData(nameof(WrongTypes))]
    public async Task The_field_at_fault_is_named(string operation, string body, string? param) =>
        await AssertRefusedAsync(operation, Encoding.UTF8.GetBytes(body.Replace("MESSAGE", Message, StringComparison.Ordinal)), param, null);

    [Fact]
    public Task Nesting_beyond_64_levels_is_refused() => AssertRefusedAsync(
        "chat/completions", Encoding.UTF8.GetBytes($$"""{"model":"test/m","messages":[{{Message}}],"x":{{new string('[', 100_000)}}"""), null, "invalid_json");

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc0, 0xaf })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    public Task Text_that_is_not_UTF8_is_refused(byte[] text) => AssertRefusedAsync(
        "chat/completions", [.. """{"model":"test/m","messages":[{"role":"user","content":"""u8, .. text, .. "\"}]}"u8], null, "invalid_utf8");

    [Fact]
    public Task A_thousand_members_are_refused() => AssertRefusedAsync(
        "chat/completions",
        Encoding.UTF8.GetBytes($$"""{"model":"test/m","messages":[{{Message}}],{{string.Join(',', Enumerable.Range(0, 1000).Select(index => $"\"m{index}\":0"))}}}"""),
        null, "invalid_value");

    private async Task AssertRefusedAsync(string operation, byte[] body, string? param, string? code)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await Http.PostAsync($"/v1/{operation}", content, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == 400, $"{(int)response.StatusCode}: {text}");
        var error = JsonElement.Parse(text).GetProperty("error");
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Equal(code ?? error.GetProperty("code").GetString(), error.GetProperty("code").GetString());
        Assert.Empty(ModelCalls);
    }
}

[Collection<StandaloneShape>]
public sealed class MalformedBodiesInStandalone(StandaloneFixture fixture) : MalformedBodyTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class MalformedBodiesInServices(ServicesFixture fixture) : MalformedBodyTests(fixture.Gateway);
