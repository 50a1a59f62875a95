using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.OpenAI;

namespace LlmGateway.LocalModel;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(LocalJob))]
[JsonSerializable(typeof(TrainingFileInfo))]
[JsonSerializable(typeof(ListPage<TrainingFileInfo>))]
internal sealed partial class LocalJsonContext : JsonSerializerContext;
