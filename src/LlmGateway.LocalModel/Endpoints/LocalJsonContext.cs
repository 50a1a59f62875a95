using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.LocalModel;

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class LocalJsonContext : JsonSerializerContext;
