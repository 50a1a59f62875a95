using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.Gateway.Keys;
using LlmGateway.Gateway.ProjectModels;
using LlmGateway.Gateway.Projects;
using LlmGateway.Gateway.Shadows;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway;

/// <summary>JSON of the gateway's own resources.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(KeyResource))]
[JsonSerializable(typeof(ListPage<KeyResource>))]
[JsonSerializable(typeof(DeletedObject))]
[JsonSerializable(typeof(ProjectRequest))]
[JsonSerializable(typeof(ProjectResource))]
[JsonSerializable(typeof(ListPage<ProjectResource>))]
[JsonSerializable(typeof(AliasRequest))]
[JsonSerializable(typeof(AliasResource))]
[JsonSerializable(typeof(ListPage<AliasResource>))]
[JsonSerializable(typeof(FineTunedModelRequest))]
[JsonSerializable(typeof(CreateShadowRequest))]
[JsonSerializable(typeof(UpdateShadowRequest))]
[JsonSerializable(typeof(ShadowResource))]
[JsonSerializable(typeof(ListPage<ShadowResource>))]
[JsonSerializable(typeof(ShadowCandidate))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class GatewayJsonContext : JsonSerializerContext;
