using LlmGateway.TestKit;
using LlmGateway.TestKit.Contract;

namespace LlmGateway.OpenAI.Tests.Contract;

/// <summary>Each keyword of the contract's judge, with a value that it accepts and one that it refuses.</summary>
public sealed class JsonSchemaSubsetTests
{
    [Theory]
    [InlineData("""{"type":["string","null"]}""", "null", "1")]
    [InlineData("""{"type":"integer"}""", "1.0", "1.1")]
    [InlineData("""{"type":"number","nullable":true}""", "null", "\"1\"")]
    [InlineData("""{"enum":["a",1]}""", "1", "\"1\"")]
    [InlineData("""{"const":{"a":1}}""", """{"a":1}""", """{"a":2}""")]
    [InlineData("""{"required":["a"]}""", """{"a":null}""", """{"b":1}""")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"b":1}""", """{"a":1}""")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1}""", """{"b":1}""")]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"a":"1"}""", """{"a":1}""")]
    [InlineData("""{"propertyNames":{"maxLength":1}}""", """{"a":1}""", """{"ab":1}""")]
    [InlineData("""{"maxProperties":1}""", """{"a":1}""", """{"a":1,"b":1}""")]
    [InlineData("""{"items":{"type":"string"}}""", """["a"]""", """["a",1]""")]
    [InlineData("""{"minItems":1}""", "[1]", "[]")]
    [InlineData("""{"maxItems":1}""", "[1]", "[1,2]")]
    [InlineData("""{"minimum":0}""", "0", "-1")]
    [InlineData("""{"maximum":2}""", "2", "2.5")]
    [InlineData("""{"exclusiveMinimum":0}""", "0.1", "0")]
    [InlineData("""{"exclusiveMaximum":2}""", "1.9", "2")]
    [InlineData("""{"minLength":2}""", "\"ab\"", "\"a\"")]
    [InlineData("""{"maxLength":2}""", "\"ab\"", "\"abc\"")]
    [InlineData("""{"pattern":"^a+$"}""", "\"aa\"", "\"ab\"")]
    [InlineData("""{"not":{"type":"null"}}""", "1", "null")]
    [InlineData("""{"allOf":[{"required":["a"]},{"required":["b"]}]}""", """{"a":1,"b":1}""", """{"a":1}""")]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":5}]}""", "5", "4")]
    [InlineData("""{"oneOf":[{"minimum":5},{"maximum":9}]}""", "10", "7")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"null"}]}""", "null", "7")]
    [InlineData("""{"$ref":"#/components/schemas/Named"}""", "\"yes\"", "\"no\"")]
    [InlineData("""{"$recursiveAnchor":true,"type":"object","properties":{"a":{"$recursiveRef":"#"}}}""", """{"a":{"a":{}}}""", """{"a":{"a":1}}""")]
    public void Keyword_accepts_and_refuses(string schema, string good, string bad)
    {
        using var folder = new TempFolder();
        var contract = ContractWith(folder, schema);
        Assert.Empty(contract.SchemaErrors("Judged", good));
        Assert.NotEmpty(contract.SchemaErrors("Judged", bad));
    }

    [Fact]
    public void Unknown_keyword_is_not_passed_over()
    {
        using var folder = new TempFolder();
        var error = Assert.Single(ContractWith(folder, """{"unevaluatedProperties":false}""").SchemaErrors("Judged", "{}"));
        Assert.Contains("unevaluatedProperties", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_name_the_path_through_objects_and_arrays()
    {
        using var folder = new TempFolder();
        var contract = ContractWith(folder, """{"properties":{"a":{"items":{"properties":{"b":{"type":"string"}}}}}}""");
        Assert.Equal(["$.a[1].b: is number, not \"string\""], contract.SchemaErrors("Judged", """{"a":[{"b":"x"},{"b":2}]}"""));
    }

    private static OpenApiContract ContractWith(TempFolder folder, string schema)
    {
        Directory.CreateDirectory(folder.File("openai"));
        File.WriteAllText(
            folder.File("openai", "openapi.json"),
            $$$"""{"paths":{},"components":{"schemas":{"Named":{"const":"yes"},"Judged":{{{schema}}} } } }""");
        Assert.True(OpenApiContract.TryLoad(folder.Path, mustExist: true, out var contract, out _));
        return contract;
    }
}
