using System.Globalization;
using System.Text.Json;

namespace LlmGateway.Retrieval.Sources.Sql;

/// <summary>What a model calls a database's tool with: <c>{"query": "SELECT …", "parameters": {…}}</c>.</summary>
/// <param name="Query">The statement.</param>
/// <param name="Parameters">Texts, integers, decimals, booleans and nulls by name.</param>
internal sealed record SqlArguments(string Query, IReadOnlyDictionary<string, object?> Parameters)
{
    private const int MaxParameters = 64;
    private const int MaxText = 8192;

    /// <exception cref="SqlRefusal">They are something else.</exception>
    public static SqlArguments Read(JsonElement arguments)
    {
        string? query = null;
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var member in arguments.EnumerateObject())
        {
            if (member.NameEquals("query") && member.Value.ValueKind == JsonValueKind.String)
            {
                query = member.Value.GetString();
            }
            else if (member.NameEquals("parameters") && member.Value.ValueKind == JsonValueKind.Object)
            {
                ReadParameters(member.Value, parameters);
            }
            else if (!(member.NameEquals("parameters") && member.Value.ValueKind == JsonValueKind.Null))
            {
                throw new SqlRefusal("parameter", "The arguments have a text 'query' and an object 'parameters', and nothing else.");
            }
        }

        return new SqlArguments(query ?? throw new SqlRefusal("parameter", "The arguments have no 'query'."), parameters);
    }

    /// <summary>The values in the order of a statement's parameters.</summary>
    /// <exception cref="SqlRefusal">One is missing, or one is not used.</exception>
    public IReadOnlyList<object?> ValuesOf(SqlStatement statement)
    {
        if (statement.Parameters.Find(name => !Parameters.ContainsKey(name)) is { } missing)
        {
            throw new SqlRefusal("parameter", $"The query uses :{missing}, and 'parameters' has no value for it.");
        }

        return Parameters.Keys.FirstOrDefault(name => !statement.Parameters.Contains(name)) is { } unused
            ? throw new SqlRefusal("parameter", $"'parameters' has a value for '{unused}', and the query does not use it. Write :{unused} where it belongs.")
            : [.. statement.Parameters.Select(name => Parameters[name])];
    }

    private static void ReadParameters(JsonElement values, Dictionary<string, object?> parameters)
    {
        foreach (var value in values.EnumerateObject())
        {
            parameters[value.Name] = ReadValue(value);
        }

        if (parameters.Count > MaxParameters)
        {
            throw new SqlRefusal("parameter", $"A query takes at most {MaxParameters} parameters.");
        }
    }

    private static object? ReadValue(JsonProperty value) => value.Value.ValueKind switch
    {
        JsonValueKind.String when value.Value.GetString() is { Length: <= MaxText } text && !text.Contains('\0', StringComparison.Ordinal) => text,
        JsonValueKind.Number when value.Value.TryGetInt64(out var integer) => integer,
        JsonValueKind.Number when decimal.TryParse(value.Value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => throw new SqlRefusal("parameter", $"The parameter '{value.Name}' must be a text of at most {MaxText:N0} characters, a number, a boolean or null."),
    };
}
