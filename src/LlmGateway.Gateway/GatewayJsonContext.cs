using System.Text.Json.Serialization;
using LlmGateway.Gateway.Keys;
using LlmGateway.Gateway.ProjectModels;
using LlmGateway.Gateway.Projects;
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
internal sealed partial class GatewayJsonContext : JsonSerializerContext;
