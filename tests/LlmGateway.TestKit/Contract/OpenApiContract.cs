using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace LlmGateway.TestKit.Contract;

/// <summary>
/// OpenAI's published OpenAPI document, as a judge of our answers. Paths are the document's own, without <c>/v1</c>:
/// <c>/chat/completions/{completion_id}</c>.
/// </summary>
public sealed class OpenApiContract
{
    private static readonly string[] Places = [Path.Combine("shared", "openai"), "openai"];
    private readonly JsonElement _document;
    private readonly JsonSchemaEvaluator _evaluator;

    private OpenApiContract(JsonElement document)
    {
        _document = document;
        _evaluator = new JsonSchemaEvaluator(document);
    }

    /// <summary>Loads <c>openai/openapi.json</c> or <c>shared/openai/openapi.json</c> from the nearest folder above the
    /// test that has it.</summary>
    /// <param name="contract">Null when there is none.</param>
    /// <param name="skipReason">Why a test should skip; null when there is a contract.</param>
    /// <exception cref="FileNotFoundException">There is none and the environment says <c>CI=true</c>: there nothing skips.</exception>
    public static bool TryLoad([NotNullWhen(true)] out OpenApiContract? contract, [NotNullWhen(false)] out string? skipReason) =>
        TryLoad(AppContext.BaseDirectory, Environment.GetEnvironmentVariable("CI") == "true", out contract, out skipReason);

    /// <summary>As the other, with the surroundings given.</summary>
    /// <param name="startFolder">The search begins here and goes up.</param>
    /// <param name="mustExist">Throw rather than skip.</param>
    /// <param name="contract">Null when there is none.</param>
    /// <param name="skipReason">Why a test should skip; null when there is a contract.</param>
    /// <exception cref="FileNotFoundException">There is none and it must exist.</exception>
    public static bool TryLoad(
        string startFolder,
        bool mustExist,
        [NotNullWhen(true)] out OpenApiContract? contract,
        [NotNullWhen(false)] out string? skipReason)
    {
        (contract, skipReason) = (null, null);
        if (Find(startFolder) is { } file)
        {
            contract = new OpenApiContract(JsonElement.Parse(File.ReadAllBytes(file)));
            return true;
        }
        skipReason = $"openai/openapi.json is in no folder above {startFolder}";
        if (mustExist)
        {
            throw new FileNotFoundException(skipReason);
        }

        return false;
    }

    /// <summary>What is wrong with a response body; empty when nothing is.</summary>
    /// <param name="method">HTTP method, any case.</param>
    /// <param name="path">As in the document, such as <c>/chat/completions</c>.</param>
    /// <param name="status">An error status that the document leaves out for this operation is judged by <c>ErrorResponse</c>.</param>
    /// <param name="json">The body, or the data of one SSE frame.</param>
    /// <param name="contentType"><c>text/event-stream</c> to judge a frame. Default <c>application/json</c>.</param>
    /// <returns>Each error begins with its place: <c>$.choices[0].message: 'role' is required</c>.</returns>
    /// <exception cref="ArgumentException">The document has no such operation, status or content type.</exception>
    public IReadOnlyList<string> Errors(
        string method, string path, int status, string json, string contentType = "application/json")
    {
        if (!TryParse(json, out var value, out var error))
        {
            return [error];
        }

        return _evaluator.Errors(ResponseSchema(method, path, status, contentType), value);
    }

    /// <summary>What is wrong with a value judged by one of the document's named schemas; empty when nothing is.</summary>
    /// <exception cref="ArgumentException">There is no such schema.</exception>
    public IReadOnlyList<string> SchemaErrors(string schema, string json)
    {
        if (!TryParse(json, out var value, out var error))
        {
            return [error];
        }

        return _evaluator.Errors(NamedSchema(schema), value);
    }

    private static string? Find(string startFolder)
    {
        for (var folder = new DirectoryInfo(startFolder); folder is not null; folder = folder.Parent)
        {
            foreach (var place in Places)
            {
                var file = Path.Combine(folder.FullName, place, "openapi.json");
                if (File.Exists(file))
                {
                    return file;
                }
            }
        }
        return null;
    }

    private static bool TryParse(string json, out JsonElement value, [NotNullWhen(false)] out string? error)
    {
        (value, error) = (default, null);
        try
        {
            value = JsonElement.Parse(json);
            return true;
        }
        catch (JsonException e)
        {
            error = "$: not JSON: " + e.Message;
            return false;
        }
    }

    private JsonElement ResponseSchema(string method, string path, int status, string contentType)
    {
        var operation = Member(Member(_document.GetProperty("paths"), path), method.ToLowerInvariant());
        var responses = operation.GetProperty("responses");
        var isDescribed = responses.TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var response)
            && response.TryGetProperty("content", out _);
        if (!isDescribed && status >= 400)
        {
            return NamedSchema("ErrorResponse");
        }

        if (!isDescribed)
        {
            throw new ArgumentException($"The contract has no {status} for {method} {path}.", nameof(status));
        }

        return Member(response.GetProperty("content"), contentType).GetProperty("schema");
    }

    private JsonElement NamedSchema(string name) =>
        Member(_document.GetProperty("components").GetProperty("schemas"), name);

    private static JsonElement Member(JsonElement of, string name) =>
        of.TryGetProperty(name, out var found) ? found : throw new ArgumentException($"The contract has no '{name}' there.");
}
