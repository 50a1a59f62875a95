using System.Globalization;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Sources.Http;

/// <summary>Makes the address of a call from the arguments of a model's call.</summary>
internal static class HttpArguments
{
    private const int MaxText = 512;

    /// <exception cref="ApiException">A parameter is missing, unknown or of another type (400).</exception>
    public static Uri Read(JsonElement arguments, HttpConnectionOptions connection)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in arguments.EnumerateObject())
        {
            var parameter = connection.Parameters.GetValueOrDefault(argument.Name)
                ?? throw Refuse(argument.Name, $"is unknown; there are: {string.Join(", ", connection.Parameters.Keys)}");
            values[argument.Name] = Text(argument, parameter.Type);
        }

        var inPath = PathTemplate.Names(connection.Path);
        if (connection.Parameters.FirstOrDefault(entry => (entry.Value.Required || inPath.Contains(entry.Key)) && !values.ContainsKey(entry.Key)).Key is { } missing)
        {
            throw Refuse(missing, "is required");
        }

        var query = string.Join('&', values.Where(value => !inPath.Contains(value.Key)).Select(value => $"{Uri.EscapeDataString(value.Key)}={Uri.EscapeDataString(value.Value)}"));
        if (inPath.FirstOrDefault(name => values[name].Trim() is "" or "." or "..") is { } empty)
        {
            throw Refuse(empty, "must be a name");
        }

        return new Uri(new Uri(connection.BaseAddress), PathTemplate.Fill(connection.Path, values).TrimStart('/') + (query.Length > 0 ? $"?{query}" : ""));
    }

    private static string Text(JsonProperty argument, string type) => (type, argument.Value.ValueKind) switch
    {
        ("string", JsonValueKind.String) when argument.Value.GetString() is { Length: <= MaxText } text && !text.Any(char.IsControl) => text,
        ("integer", JsonValueKind.Number) when argument.Value.TryGetInt64(out var integer) => integer.ToString(CultureInfo.InvariantCulture),
        ("number", JsonValueKind.Number) => argument.Value.GetRawText(),
        ("boolean", JsonValueKind.True or JsonValueKind.False) => argument.Value.GetRawText(),
        _ => throw Refuse(argument.Name, $"must be of the type {type}{(type == "string" ? $", of at most {MaxText} characters" : "")}"),
    };

    private static ApiException Refuse(string name, string problem) => new(ApiErrors.BadRequest($"The argument '{name}' {problem}.", $"arguments.{name}"));
}
