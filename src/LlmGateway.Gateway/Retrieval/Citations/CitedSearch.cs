using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Retrieval.Citations;

/// <summary>What an answer tells of the search that its call began with.</summary>
/// <param name="callId">The call.</param>
/// <param name="context">What was found.</param>
/// <param name="wantsResults">Whether the answer tells all that was found.</param>
/// <param name="own">The caller's own tools and instructions.</param>
internal sealed class CitedSearch(Guid callId, RetrievedContext context, bool wantsResults, JsonObject own)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Id of the search among a response's output.</summary>
    public string ItemId { get; } = $"fs_{callId:N}";

    public IReadOnlyList<Passage> Passages => context.Passages;

    public static byte[] Write(JsonObject answer) => JsonSerializer.SerializeToUtf8Bytes(answer, Plain);

    /// <summary>A citation as the operation has annotations: flat in responses, below its type's name in chat completions.</summary>
    public static JsonObject Annotation(Citation citation, Operation operation)
    {
        var (passage, index) = citation;
        var told = new JsonObject
        {
            ["index"] = index,
            ["file_id"] = passage.FileId,
            ["filename"] = passage.Filename,
            ["span"] = Span(passage),
        };
        if (operation == Operation.Responses)
        {
            told.Insert(0, "type", "file_citation");
            return told;
        }

        return new JsonObject { ["type"] = "file_citation", ["file_citation"] = told };
    }

    public static JsonArray Annotations(CitedText text, Operation operation) => new([.. text.Citations.Select(citation => Annotation(citation, operation))]);

    /// <summary>The search as an item of a response's output.</summary>
    /// <param name="status"><c>in_progress</c>, <c>searching</c> or <c>completed</c>.</param>
    public JsonObject Item(string status = "completed") => new()
    {
        ["id"] = ItemId,
        ["type"] = "file_search_call",
        ["status"] = status,
        ["queries"] = context.Query.Text.Length == 0 ? [] : new JsonArray(context.Query.Text),
        ["results"] = wantsResults && status == "completed" ? Results() : null,
    };

    /// <summary>Puts the caller's own back where the provider tells what it was sent.</summary>
    public void RestoreOwn(JsonObject response)
    {
        foreach (var (name, value) in own.Where(member => response.ContainsKey(member.Key)))
        {
            response[name] = value?.DeepClone();
        }
    }

    private JsonArray Results() => new([.. context.Passages.Select(passage => new JsonObject
    {
        ["file_id"] = passage.FileId,
        ["filename"] = passage.Filename,
        ["score"] = passage.Score,
        ["text"] = passage.Text,
        ["attributes"] = passage.Attributes?.DeepClone() ?? new JsonObject(),
        ["vector_store_id"] = passage.StoreId,
        ["span"] = Span(passage),
    })]);

    private static JsonObject Span(Passage passage) => new() { ["start"] = passage.Start, ["end"] = passage.End };
}
