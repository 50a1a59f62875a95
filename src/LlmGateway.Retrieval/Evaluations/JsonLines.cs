using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>Objects that stand line by line in a file.</summary>
internal static class JsonLines
{
    /// <param name="text">The file's text; empty lines are passed over.</param>
    /// <param name="most">More lines than this are an error.</param>
    /// <param name="type">What each line is.</param>
    /// <param name="param">The field that names the file.</param>
    /// <exception cref="ApiException">A line is malformed, or there are too many (400).</exception>
    public static List<T> Read<T>(string text, int most, JsonTypeInfo<T> type, string param)
    {
        var rows = new List<T>();
        foreach (var (number, line) in text.Split('\n').Index().Where(line => !string.IsNullOrWhiteSpace(line.Item)))
        {
            if (rows.Count == most)
            {
                throw new ApiException(ApiErrors.BadRequest($"Invalid '{param}': the file has more than {most} lines.", param));
            }

            try
            {
                rows.Add(JsonSerializer.Deserialize(line, type) ?? throw new JsonException("It is null."));
            }
            catch (JsonException exception)
            {
                var message = exception.Message[..Math.Min(exception.Message.Length, 300)];
                throw new ApiException(ApiErrors.BadRequest($"Invalid '{param}': line {number + 1} of the file cannot be read. {message}", param));
            }
        }

        return rows;
    }
}
