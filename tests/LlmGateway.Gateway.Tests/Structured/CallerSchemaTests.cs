using System.Text.Json;
using LlmGateway.Schemas;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Structured;

/// <summary>Schemas that callers give: what is refused, and that none holds a thread.</summary>
public sealed class CallerSchemaTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("""{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}""", """{"a":1}""", "")]
    [InlineData("""{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}""", """{"a":"1"}""", "#/a: IntegerExpected")]
    [InlineData("""{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}""", "{}", "#/a: PropertyRequired")]
    [InlineData("""{"type":"string","pattern":"^[a-z]+$"}""", "\"abc\"", "")]
    [InlineData("""{"type":"string","pattern":"^[a-z]+$"}""", "\"aBc\"", "#: PatternMismatch")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/$defs/word"}},"$defs":{"word":{"type":"string","pattern":"^x"}}}""", """{"a":"y"}""", "#/a: PatternMismatch")]
    [InlineData("""{"type":"array","items":{"$ref":"#"}}""", "[[],[[]]]", "")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{"type":"integer"}}}}}}""", """{"a":[{"b":"x"}]}""", "#/a[0].b: IntegerExpected")]
    [InlineData("""{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}},"required":["v"]}}}""", """{"v":1,"next":{"v":1}}""", "")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"type":"object","properties":{"b":{"$ref":"#/$defs/b"}}},"b":{"type":"integer"}}}""", """{"b":"x"}""", "#/b: IntegerExpected")]
    public async Task A_value_is_checked(string schema, string value, string errors)
    {
        var parsed = await ParseAsync(schema);
        Assert.Equal(errors, string.Join("; ", parsed.Validate(value)));
    }

    [Theory]
    [InlineData("""{"properties":{"a":{"const":1}}}""", "schema.properties.a.const")]
    [InlineData("""{"items":{"prefixItems":[]}}""", "schema.items.prefixItems")]
    [InlineData("""{"patternProperties":{"(a+)+$":{}}}""", "schema.patternProperties")]
    [InlineData("""{"pattern":"(?=a)b"}""", "schema.pattern")]
    [InlineData("""{"pattern":"("}""", "schema.pattern")]
    [InlineData("""{"$ref":"http://127.0.0.1:1/schema.json"}""", "schema.$ref")]
    [InlineData("""{"anyOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}}}""", "schema")]
    [InlineData("""{"type":"thing"}""", "schema.type")]
    [InlineData("[]", "schema")]
    public async Task A_schema_that_would_not_be_checked_in_full_is_refused_by_its_place(string schema, string param)
    {
        var refused = await Assert.ThrowsAsync<ApiException>(() => ParseAsync(schema));
        Assert.Equal((400, param), (refused.Error.Status, refused.Error.Param));
    }

    [Fact]
    public async Task A_member_may_be_called_as_a_refused_keyword() =>
        Assert.Empty((await ParseAsync("""{"type":"object","properties":{"const":{"type":"string"}}}""")).Validate("""{"const":"a"}"""));

    [Fact]
    public async Task A_pattern_takes_linear_time()
    {
        var schema = await ParseAsync("""{"type":"string","pattern":"^(a+)+$"}""");
        var value = $"\"{new string('a', 100_000)}!\"";
        Assert.NotEmpty(await Task.Run(() => schema.Validate(value)).WaitAsync(Deadline, TestContext.Current.CancellationToken));
    }

    /// <summary>The first would overflow the stack and end the process, the second take 2^40 steps.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_schema_that_never_ends_is_given_up(bool doubles)
    {
        var schema = doubles
            ? $$"""{"type":"object","properties":{"v":{"$ref":"#/$defs/l0"} },"$defs":{ {{string.Join(",", Enumerable.Range(0, 40).Select(Doubled))}},"l40":{"type":"string"} } }"""
            : """{"type":"object","properties":{"v":{"$ref":"#/$defs/a"}},"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"},{"minimum":5}]},"b":{"anyOf":[{"$ref":"#/$defs/a"},{"minimum":5}]}}}""";
        var parsed = await ParseAsync(schema);
        var errors = await Task.Run(() => parsed.Validate("""{"v":1}""")).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Equal("#: the schema takes too long to check", Assert.Single(errors).ToString());
    }

    private static string Doubled(int level) => $$"""
        "l{{level}}":{"anyOf":[{"$ref":"#/$defs/l{{level + 1}}"},{"$ref":"#/$defs/l{{level + 1}}"}]}
        """;

    private static Task<CallerSchema> ParseAsync(string schema) =>
        CallerSchema.ParseAsync(JsonElement.Parse(schema), "schema", TestContext.Current.CancellationToken);
}
