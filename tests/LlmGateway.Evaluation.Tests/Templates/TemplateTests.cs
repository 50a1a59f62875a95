using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Tests.Templates;

public sealed class TemplateTests
{
    private static readonly TemplateValues Values = new(
        JsonText.Parse("""{"name":"Ada","n":1.50,"none":null,"list":[{"a-b":"x"}],"braces":"{{ item.name }}"}"""),
        JsonText.Parse("""{"output_text":"{\"answer\": {\"value\": 7}}","model":"m"}"""));

    [Theory]
    [InlineData("no reference", "no reference")]
    [InlineData("{{item.name}} and {{ item.name }}", "Ada and Ada")]
    [InlineData("{{ item.n }}{{ item.none }}", "1.50")]
    [InlineData("{{ item.list[0].a-b }}", "x")]
    [InlineData("{{ item.list }}", """[{"a-b":"x"}]""")]
    [InlineData("{{ sample.output_json.answer.value }}", "7")]
    [InlineData("{{ item.braces }}", "{{ item.name }}")]
    [InlineData("} } { {", "} } { {")]
    public void References_become_their_values_and_nothing_else(string template, string expected) =>
        Assert.Equal(expected, Template.Parse(template, "input").Render(Values));

    [Theory]
    [InlineData("{{ item.missing }}", "item.missing")]
    [InlineData("{{ item.name.first }}", "item.name.first")]
    [InlineData("{{ item.list[1] }}", "item.list[1]")]
    [InlineData("{{ sample.output_json.question }}", "sample.output_json.question")]
    public void What_an_item_has_not_is_named(string template, string path) =>
        Assert.Contains(path, Assert.Throws<TemplateException>(() => Template.Parse(template, "input").Render(Values)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("abc {{", "opened at character 5")]
    [InlineData("{{ }}", "at character 1")]
    [InlineData("{{ env.SECRET }}", "at character 1")]
    [InlineData("{{ item.name }} {{ item.name() }}", "at character 17")]
    public void What_is_no_reference_is_refused_with_its_place(string template, string words) =>
        Assert.Contains(words, Assert.Throws<ApiException>(() => Template.Parse(template, "input")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_output_that_is_no_JSON_is_said_to_be_none()
    {
        var values = new TemplateValues(JsonText.Parse("{}"), JsonText.Parse("""{"output_text":"plain"}"""));
        Assert.Equal("The output is not JSON.", Assert.Throws<TemplateException>(() => Template.Parse("{{ sample.output_json }}", "input").Render(values)).Message);
    }

    [Theory]
    [InlineData("""{"type":"object"}""", "item.any.thing", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","properties":{"b":{}}}}}""", "item.a.b.c", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"object","properties":{"b":{}}}}}""", "item.a.c", false)]
    [InlineData("""{"type":"object","properties":{"a":{}},"additionalProperties":true}""", "item.c", true)]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"properties":{"b":{}}}}}}""", "item.a[3].c", false)]
    public void A_schema_rules_out_only_what_it_speaks_of(string schema, string path, bool fits)
    {
        var scope = new TemplateScope(JsonText.Parse(schema), hasSample: false);
        var error = Record.Exception(() => scope.Parse($"{{{{ {path} }}}}", "input"));
        Assert.Equal(fits, error is null);
    }
}
