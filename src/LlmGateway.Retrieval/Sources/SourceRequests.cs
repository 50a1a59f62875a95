using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Sources;

/// <param name="Name">Part of the tool's name: a letter, then letters, digits and underscores, at most 48.</param>
/// <param name="Description">What is in it, for the model; at most 2,048 characters.</param>
/// <param name="Connection">A connection of the configuration that the project may use.</param>
/// <param name="Tables">The tables that may be read, 1 to 64; none for a JSON service.</param>
/// <param name="MaxRows">1 to 1,000; the default is 100.</param>
/// <param name="TimeoutSeconds">0.1 to 60; the default is 5.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed partial record CreateSourceRequest(
    string? Name, string? Description, string? Connection, IReadOnlyList<TableRequest>? Tables, int? MaxRows, double? TimeoutSeconds)
{
    public const int DefaultRows = 100;
    public const double DefaultSeconds = 5;
    private const int MaxMaxRows = 1000;
    private const int MaxDescription = 2048;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check()
    {
        if (Name is null || Connection is null)
        {
            var missing = Name is null ? "name" : "connection";
            throw new ApiException(ApiErrors.BadRequest($"Missing required parameter: '{missing}'.", missing, "missing_required_parameter"));
        }

        CheckShared(Name, Description, MaxRows, TimeoutSeconds);
    }

    internal static void CheckShared(string? name, string? description, int? maxRows, double? timeoutSeconds)
    {
        RequestField.Require(name is null || NamePattern().IsMatch(name), "name", "expected a letter, then letters, digits or underscores, at most 48");
        RequestField.Require(!(description?.Length > MaxDescription), "description", $"expected at most {MaxDescription} characters");
        RequestField.Require(maxRows is null or >= 1 and <= MaxMaxRows, "max_rows", $"expected 1 to {MaxMaxRows}");
        RequestField.Require(timeoutSeconds is null or >= 0.1 and <= 60, "timeout_seconds", "expected 0.1 to 60");
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_]{0,47}$")]
    private static partial Regex NamePattern();
}

/// <summary>A change; what is absent stays. With <c>tables</c> the schema is read again.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdateSourceRequest(string? Name, string? Description, IReadOnlyList<TableRequest>? Tables, int? MaxRows, double? TimeoutSeconds)
{
    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check() => CreateSourceRequest.CheckShared(Name, Description, MaxRows, TimeoutSeconds);
}

/// <param name="Name"><c>orders</c>, or <c>sales.orders</c> where PostgreSQL's schema is not <c>public</c>.</param>
/// <param name="Description">What its rows are, for the model; at most 1,024 characters.</param>
/// <param name="Columns">The columns that may be read; all that there are now by default.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TableRequest(string? Name, string? Description, IReadOnlyList<string>? Columns)
{
    private const int MaxTables = 64;
    private const int MaxName = 128;
    private const int MaxDescription = 1024;
    private const int MaxColumns = 256;

    /// <exception cref="ApiException">A table is malformed, or two would have one name (400).</exception>
    public static IReadOnlyList<TableRequest> Check(IReadOnlyList<TableRequest>? tables)
    {
        RequestField.Require(tables is { Count: >= 1 and <= MaxTables }, "tables", $"expected 1 to {MaxTables} tables that may be read");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (index, table) in tables!.Index())
        {
            var param = $"tables[{index}]";
            RequestField.Require(table?.Name is { Length: > 0 and <= MaxName }, $"{param}.name", $"expected 1 to {MaxName} characters");
            RequestField.Require(!(table!.Description?.Length > MaxDescription), $"{param}.description", $"expected at most {MaxDescription} characters");
            RequestField.Require(table.Columns is null or { Count: >= 1 and <= MaxColumns }, $"{param}.columns", $"expected 1 to {MaxColumns} names, or none for all");
            RequestField.Require(names.Add(table.ShortName), $"{param}.name", $"two tables would be called '{table.ShortName}' in queries; make a source for each");
        }

        return tables!;
    }

    public string ShortName => Name![(Name!.LastIndexOf('.') + 1)..];

    /// <summary>Null where the name has none.</summary>
    public string? Schema => Name!.LastIndexOf('.') is var dot and > 0 ? Name[..dot] : null;
}

/// <param name="Arguments">The arguments of the tool's call: an object, or the JSON text that models give.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record QuerySourceRequest(JsonElement? Arguments)
{
    /// <exception cref="ApiException">There is no object (400).</exception>
    public JsonElement Read()
    {
        if (Arguments is { ValueKind: JsonValueKind.Object } given)
        {
            return given;
        }

        try
        {
            if (Arguments is { ValueKind: JsonValueKind.String } text && JsonElement.Parse(text.GetString()!) is { ValueKind: JsonValueKind.Object } parsed)
            {
                return parsed;
            }
        }
        catch (JsonException)
        {
            // As wrong as any other text.
        }

        throw new ApiException(ApiErrors.BadRequest("Invalid 'arguments': expected the tool call's arguments, a JSON object or its text.", "arguments", "invalid_type"));
    }
}
