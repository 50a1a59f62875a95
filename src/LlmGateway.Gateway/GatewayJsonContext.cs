using System.Text.Json.Serialization;
using LlmGateway.Gateway.Keys;
using LlmGateway.Gateway.Projects;

namespace LlmGateway.Gateway;

/// <summary>JSON of the gateway's own resources.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(KeyResource))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(RevokedKey))]
[JsonSerializable(typeof(ProjectRequest))]
[JsonSerializable(typeof(ProjectResource))]
[JsonSerializable(typeof(ProjectList))]
internal sealed partial class GatewayJsonContext : JsonSerializerContext;
