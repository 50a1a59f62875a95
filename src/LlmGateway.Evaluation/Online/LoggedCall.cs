using System.Text.Json;

namespace LlmGateway.Evaluation.Online;

/// <summary>What a rule sees of a call in the inference log.</summary>
/// <param name="Id">The inference id.</param>
/// <param name="Row">The call as the log lists it.</param>
internal sealed record LoggedCall(Guid Id, JsonElement Row)
{
    /// <summary>1 MB.</summary>
    private const int MaxBodyBytes = 1 << 20;

    public static LoggedCall Of(JsonElement row) => new(row.GetProperty("id").GetGuid(), row);

    public string? Text(string name) => Row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The value of a key of its metadata; null for none.</summary>
    public string? Metadata(string key) => Row.GetProperty("metadata").TryGetProperty(key, out var value) ? value.GetString() : null;

    /// <summary>Whether both bodies are in the log as they were: longer ones are cut.</summary>
    public bool IsKeptWhole => Row.GetProperty("bodies_kept").GetBoolean() && IsShort("request_bytes") && IsShort("response_bytes");

    private bool IsShort(string name) => Row.GetProperty(name).GetInt64() <= MaxBodyBytes;
}
