using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>An uploaded file.</summary>
public sealed record OpenAIFile : WireObject
{
    /// <summary><c>file-…</c>.</summary>
    public required string Id { get; init; }

    public string Object { get; set; } = "file";

    /// <summary>Size in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Unix seconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Unix seconds; null when it does not expire.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ExpiresAt { get; init; }

    public required string Filename { get; init; }

    /// <summary>What it is for, such as <c>fine-tune</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>Deprecated by OpenAI, and still required: a file that can be seen has been taken whole.</summary>
    public string Status { get; set; } = "processed";
}
