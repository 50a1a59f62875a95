using System.Text.Json;

namespace LlmGateway.OpenAI;

/// <summary>Body of <c>POST /v1/embeddings</c>.</summary>
public sealed record EmbeddingRequest : WireObject
{
    public required string Model { get; init; }

    /// <summary>A string, strings, tokens, or lists of tokens; see <see cref="Texts"/>.</summary>
    public required JsonElement Input { get; init; }

    /// <summary><c>float</c> (the default) or <c>base64</c>, which is little-endian 32-bit floats.</summary>
    public string? EncodingFormat { get; init; }

    /// <summary>Length of the vectors; the model's own when null.</summary>
    public int? Dimensions { get; init; }

    public string? User { get; init; }

    /// <summary>The inputs that are text, one or several; empty when the input is tokens.</summary>
    public IReadOnlyList<string> Texts() => WireText.Strings(Input);
}
