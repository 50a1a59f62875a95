using System.Text.Json.Serialization;

namespace LlmGateway.Contracts.Gateway;

/// <summary>JSON of an <see cref="InferenceRecord"/>, as in a frame: snake_case, without nulls.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(InferenceRecord))]
public sealed partial class InferenceRecordJsonContext : JsonSerializerContext;
