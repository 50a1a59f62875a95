using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Prompts.Files;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PromptContent))]
internal sealed partial class PromptFileJsonContext : JsonSerializerContext;
