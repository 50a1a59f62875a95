using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmGateway.Retrieval.Extraction;
using LlmGateway.Retrieval.Ingestion;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>Objects that stand line by line in an uploaded file.</summary>
internal sealed class UploadedLines(SourceFiles sources)
{
    /// <param name="caller">Whose file it is.</param>
    /// <param name="fileId">The file.</param>
    /// <param name="most">More lines than this are an error.</param>
    /// <param name="type">What each line is.</param>
    /// <param name="param">The field that names the file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">There is no such file, a line is malformed, or there are too many (400).</exception>
    public async Task<List<T>> ReadAsync<T>(Caller caller, string fileId, int most, JsonTypeInfo<T> type, string param, CancellationToken cancellationToken)
    {
        try
        {
            var (_, text) = await sources.ReadAsync(caller, fileId, cancellationToken);
            return Parse(text, most, type, param);
        }
        catch (UnreadableFileException exception)
        {
            throw RequestField.Invalid(param, exception.Message);
        }
        catch (HttpRequestException)
        {
            throw new ApiException(new ApiError(503, "service_unavailable", "The service that holds files is away. Please try again.") { RetryAfterSeconds = 2 });
        }
    }

    /// <summary>The objects of a text; empty lines are passed over.</summary>
    public static List<T> Parse<T>(string text, int most, JsonTypeInfo<T> type, string param)
    {
        var rows = new List<T>();
        foreach (var (number, line) in text.Split('\n').Index().Where(line => !string.IsNullOrWhiteSpace(line.Item)))
        {
            if (rows.Count == most)
            {
                throw RequestField.Invalid(param, $"the file has more than {most} lines");
            }

            try
            {
                rows.Add(JsonSerializer.Deserialize(line, type) ?? throw new JsonException("It is null."));
            }
            catch (JsonException exception)
            {
                throw RequestField.Invalid(param, $"line {number + 1} of the file cannot be read. {exception.Message[..Math.Min(exception.Message.Length, 300)]}");
            }
        }

        return rows;
    }
}
