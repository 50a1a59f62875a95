using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>JSON of the wire types: OpenAI's snake case, absent members left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OpenAIErrorResponse))]
[JsonSerializable(typeof(Model))]
[JsonSerializable(typeof(ModelList))]
public sealed partial class OpenAIJsonContext : JsonSerializerContext;
