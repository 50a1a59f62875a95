using System.Text.Json.Nodes;
using LlmGateway.Retrieval.Sources.Http;
using LlmGateway.Retrieval.Sources.Sql;

namespace LlmGateway.Retrieval.Sources;

/// <summary>The function that a model calls to ask a source: an element of chat completions' <c>tools</c>.</summary>
internal static class SourceTool
{
    public static JsonObject ForDatabase(Source source, SqlDialect dialect) => Function(
        source,
        $"""
        {source.Description}
        Asks a {dialect.Name} database that can only be read, with at most {source.MaxRows} rows in the answer. Its tables:
        {string.Join('\n', source.ReadTables().Select(Describe))}
        """,
        new JsonObject
        {
            ["query"] = new JsonObject
            {
                ["type"] = "string",
                ["description"] = $"One SELECT statement of {dialect.Name}. Name tables without a schema. Write values as parameters, such as :id.",
            },
            ["parameters"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "The values of the parameters by name, without the colon.",
                ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean", "null") },
            },
        },
        ["query"]);

    public static JsonObject ForService(Source source, HttpConnectionOptions service)
    {
        var inPath = PathTemplate.Names(service.Path);
        var properties = new JsonObject(service.Parameters.Select(parameter => KeyValuePair.Create<string, JsonNode?>(
            parameter.Key, new JsonObject { ["type"] = parameter.Value.Type, ["description"] = parameter.Value.Description })));
        return Function(source, source.Description, properties, service.Parameters.Where(entry => entry.Value.Required || inPath.Contains(entry.Key)).Select(entry => entry.Key));
    }

    private static JsonObject Function(Source source, string description, JsonObject properties, IEnumerable<string> required) => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = $"query_{source.Name}",
            ["description"] = description.Trim(),
            ["parameters"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = properties,
                ["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]),
                ["additionalProperties"] = false,
            },
        },
    };

    private static string Describe(SourceTable table) =>
        $"{table.Name}({string.Join(", ", table.Columns.Select(column => $"{column.Name} {column.Type}".TrimEnd()))}){(table.Description is null ? "" : $": {table.Description}")}";
}
