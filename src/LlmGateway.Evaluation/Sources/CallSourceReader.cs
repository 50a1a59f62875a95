using System.Globalization;
using System.Text.Json;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>Reads which logged calls a run is about.</summary>
internal static class CallSourceReader
{
    public const string StoredCompletions = "stored_completions";
    public const string Responses = "responses";

    /// <summary>Ours: calls by their ids, or by what they are.</summary>
    public const string Inferences = "inferences";

    private const int MaxIds = 10_000;

    /// <summary>As many as one query of the log takes.</summary>
    public const int IdsPerQuery = 100;

    private const int MaxNames = 100;

    /// <summary>The year 9000, in Unix seconds.</summary>
    private const double LatestTime = 221_845_392_000;

    /// <param name="fields">The source.</param>
    /// <param name="metadata">Pairs that the eval asks of every call; an object, or null for none.</param>
    /// <param name="maxItems">Most items of a run.</param>
    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static CallSource Read(JsonFields fields, JsonElement? metadata, int maxItems) => fields.Text("type") switch
    {
        StoredCompletions => ReadFiltered(fields.Only("type", "metadata", "model", "created_after", "created_before", "limit"), "chat.completions", metadata, maxItems),
        Responses => ReadResponses(fields, metadata, maxItems),
        _ when fields.Find("ids") is not null => ReadIds(fields.Only("type", "ids")),
        _ => ReadFiltered(
            fields.Only(
                "type", "metadata", "model", "operation", "purpose", "prompt_id", "prompt_version", "created_after", "created_before", "limit", CallDraw.SampleField, CallDraw.SeedField),
            fields.Find("operation") is null ? "chat.completions" : fields.Choice("operation", "chat.completions", "responses"),
            metadata,
            maxItems),
    };

    private static CallSource ReadIds(JsonFields fields)
    {
        var ids = fields.List("ids", 1, MaxIds)
            .Select(entry => Guid.TryParse(JsonFields.AsText(entry.Element, entry.Path), out var id) ? id : throw JsonFields.Invalid($"'{entry.Path}' is no inference id.", entry.Path))
            .Distinct().ToList();
        return new CallSource(ByIds(ids), null, ids.Count);
    }

    /// <summary>The queries that read calls by their ids.</summary>
    public static IReadOnlyList<string> ByIds(IReadOnlyList<Guid> ids) =>
        [.. ids.Chunk(IdsPerQuery).Select(chunk => $"outcome=completed&ids={string.Join(',', chunk)}")];

    private static CallSource ReadResponses(JsonFields fields, JsonElement? metadata, int maxItems)
    {
        fields.Only("type", "metadata", "model", "instructions_search", "created_after", "created_before", "reasoning_effort", "temperature", "top_p", "users", "tools");
        var condition = new ResponseCondition(
            fields.FindText("instructions_search"),
            fields.FindText("reasoning_effort", 32),
            fields.FindNumber("temperature", 0, 2),
            fields.FindNumber("top_p", 0, 1),
            Names(fields, "users"),
            Names(fields, "tools"));
        return new CallSource([Query(fields, Responses, metadata)], condition.IsMet, maxItems);
    }

    private static CallSource ReadFiltered(JsonFields fields, string operation, JsonElement? metadata, int maxItems) =>
        new([Query(fields, operation, metadata)], null, fields.FindInteger("limit", 1, maxItems) ?? maxItems, CallDraw.Find(fields));

    private static string Query(JsonFields fields, string operation, JsonElement? metadata)
    {
        var terms = new List<(string Name, string? Value)>
        {
            ("operation", operation),
            ("outcome", "completed"),
            ("purpose", fields.FindText("purpose", 200) ?? Caller.Production),
            ("model", fields.FindText("model", 200)),
            ("prompt_id", fields.FindText("prompt_id", 200)),
            ("prompt_version", fields.FindInteger("prompt_version", 1, int.MaxValue)?.ToString(CultureInfo.InvariantCulture)),
            ("created_after", Time(fields, "created_after")),
            ("created_before", Time(fields, "created_before")),
        };
        terms.AddRange(Pairs(fields, metadata).Select(pair => ($"metadata[{pair.Key}]", (string?)pair.Value)));
        return string.Join('&', terms.Where(term => term.Value is not null).Select(term => $"{Uri.EscapeDataString(term.Name)}={Uri.EscapeDataString(term.Value!)}"));
    }

    /// <summary>The eval's pairs and the run's own, which win.</summary>
    private static Dictionary<string, string> Pairs(JsonFields fields, JsonElement? metadata)
    {
        var own = Metadata.Read(fields) is { } json ? JsonText.Parse(json) : (JsonElement?)null;
        var pairs = new Dictionary<string, string>();
        foreach (var pair in new[] { metadata, own }.OfType<JsonElement>().SelectMany(element => element.EnumerateObject()))
        {
            pairs[pair.Name] = pair.Value.GetString()!;
        }

        return pairs;
    }

    /// <summary>A time of the log's query; null for none.</summary>
    public static string? Time(JsonFields fields, string name) =>
        fields.FindNumber(name, 0, LatestTime) is { } seconds ? ((long)seconds).ToString(CultureInfo.InvariantCulture) : null;

    private static List<string>? Names(JsonFields fields, string name) =>
        fields.Find(name) is null ? null : [.. fields.List(name, 1, MaxNames).Select(entry => JsonFields.AsText(entry.Element, entry.Path, 200))];
}
