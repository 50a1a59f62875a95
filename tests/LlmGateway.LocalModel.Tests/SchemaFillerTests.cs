using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using LlmGateway.TestKit.Contract;

namespace LlmGateway.LocalModel.Tests;

/// <summary>Whatever the schema and the text, what is filled fits; judged by an evaluator that knows nothing of the filler.</summary>
public sealed class SchemaFillerTests
{
    private static readonly Gen<JsonNode> Leaf = Gen.OneOf(
        Gen.Int[0, 5].Select(Gen.Int[6, 40], (least, most) => (JsonNode)new JsonObject { ["type"] = "string", ["minLength"] = least, ["maxLength"] = most }),
        Gen.Int[-50, 0].Select(Gen.Int[1, 50], (least, most) => (JsonNode)new JsonObject { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most }),
        Gen.Int[-50, 0].Select(Gen.Int[1, 50], (least, most) => (JsonNode)new JsonObject { ["type"] = "number", ["exclusiveMinimum"] = least, ["exclusiveMaximum"] = most }),
        Gen.Const(0).Select(_ => (JsonNode)new JsonObject { ["type"] = "boolean" }),
        Gen.Const(0).Select(_ => (JsonNode)new JsonObject { ["type"] = new JsonArray("string", "null") }),
        Gen.Const(0).Select(_ => (JsonNode)new JsonObject { ["const"] = "fixed" }),
        Gen.Int[1, 4].Select(count => (JsonNode)new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)$"option {i}")]) }));

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[0, 60],
        Gen.Const("Name: Ada Lovelace; items: a, b and c. It costs 1,200.50 and is not urgent. Born 10 December 1815."));

    [Fact]
    public void What_is_filled_always_fits_its_schema() =>
        Gen.Select(Schema(3), Texts).Sample((schema, text) =>
        {
            using var document = JsonDocument.Parse(schema.ToJsonString());
            using var filled = JsonDocument.Parse(SchemaFiller.Fill(document.RootElement, text));
            Assert.Empty(new JsonSchemaEvaluator(document.RootElement).Errors(document.RootElement, filled.RootElement));
        }, iter: 500);

    [Fact]
    public void A_schema_that_holds_itself_ends_where_it_may()
    {
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["next"]}""");
        using var filled = JsonDocument.Parse(SchemaFiller.Fill(schema.RootElement, "x"));
        Assert.Equal(JsonValueKind.Object, filled.RootElement.GetProperty("next").ValueKind);
    }

    private static Gen<JsonNode> Schema(int depth) => depth == 0 ? Leaf : Gen.OneOf(
        Leaf,
        Gen.Select(Gen.Int[0, 2], Gen.Int[2, 4], Schema(depth - 1), (least, most, items) =>
            (JsonNode)new JsonObject { ["type"] = "array", ["minItems"] = least, ["maxItems"] = most, ["items"] = items.DeepClone() }),
        Schema(depth - 1).Array[1, 4].Select(inner => (JsonNode)new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(inner.Select((schema, i) => KeyValuePair.Create($"field_{i}", (JsonNode?)schema.DeepClone()))),
            ["required"] = new JsonArray([.. inner.Select((_, i) => (JsonNode)$"field_{i}")]),
            ["additionalProperties"] = false,
        }));
}
