using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmGateway.Gateway.Configuration;
using LlmGateway.Gateway.Dialects.Messages;
using LlmGateway.Gateway.Experiments;
using LlmGateway.Gateway.Guardrails;
using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Gateway.Keys;
using LlmGateway.Gateway.Limits.Rules;
using LlmGateway.Gateway.ProjectModels;
using LlmGateway.Gateway.Projects;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Comparing;
using LlmGateway.Gateway.Prompts.Labels;
using LlmGateway.Gateway.Prompts.Rendering;
using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Providers;
using LlmGateway.Gateway.Routes;
using LlmGateway.Gateway.SemanticCaching.Caches;
using LlmGateway.Gateway.SemanticCaching.Entries;
using LlmGateway.Gateway.SemanticCaching.Precision;
using LlmGateway.Gateway.Shadows;
using LlmGateway.Gateway.Variants;
using LlmGateway.OpenAI;

namespace LlmGateway.Gateway;

/// <summary>JSON of the gateway's own resources.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ConfigurationResource))]
[JsonSerializable(typeof(DryRunResource))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(UpdateKeyRequest))]
[JsonSerializable(typeof(RotateKeyRequest))]
[JsonSerializable(typeof(TokenCount))]
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
[JsonSerializable(typeof(CallVariant))]
[JsonSerializable(typeof(CreateExperimentRequest))]
[JsonSerializable(typeof(UpdateExperimentRequest))]
[JsonSerializable(typeof(PromoteExperimentRequest))]
[JsonSerializable(typeof(RollbackExperimentRequest))]
[JsonSerializable(typeof(ExperimentDefinition))]
[JsonSerializable(typeof(ExperimentResource))]
[JsonSerializable(typeof(ListPage<ExperimentResource>))]
[JsonSerializable(typeof(ListPage<ExperimentEventResource>))]
[JsonSerializable(typeof(Dictionary<string, double>))]
[JsonSerializable(typeof(double[]))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(PromptResource))]
[JsonSerializable(typeof(ListPage<PromptResource>))]
[JsonSerializable(typeof(VersionResource))]
[JsonSerializable(typeof(ListPage<VersionResource>))]
[JsonSerializable(typeof(RenderResource))]
[JsonSerializable(typeof(DiffResource))]
[JsonSerializable(typeof(LabelResource))]
[JsonSerializable(typeof(ListPage<LabelResource>))]
[JsonSerializable(typeof(ListPage<LabelChangeResource>))]
[JsonSerializable(typeof(GuardrailRequest))]
[JsonSerializable(typeof(GuardrailResource))]
[JsonSerializable(typeof(ListPage<GuardrailResource>))]
[JsonSerializable(typeof(GuardrailDefinition))]
[JsonSerializable(typeof(PatternRule))]
[JsonSerializable(typeof(PersonalDataRule))]
[JsonSerializable(typeof(LengthRule))]
[JsonSerializable(typeof(JsonSchemaRule))]
[JsonSerializable(typeof(ModerationRule))]
[JsonSerializable(typeof(JudgeRule))]
[JsonSerializable(typeof(WebhookRule))]
[JsonSerializable(typeof(WebhookQuestion))]
[JsonSerializable(typeof(GuardrailTestRequest))]
[JsonSerializable(typeof(GuardrailTestResult))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(SemanticCachePolicy))]
[JsonSerializable(typeof(SemanticCacheRequest))]
[JsonSerializable(typeof(SemanticCacheResource))]
[JsonSerializable(typeof(ListPage<SemanticCacheResource>))]
[JsonSerializable(typeof(ListPage<SemanticEntryResource>))]
[JsonSerializable(typeof(SemanticRemoval))]
[JsonSerializable(typeof(ListPage<SemanticPartitionResource>))]
[JsonSerializable(typeof(TuneRequest))]
[JsonSerializable(typeof(TuningResource))]
[JsonSerializable(typeof(ProviderRequest))]
[JsonSerializable(typeof(CreateLimitRequest))]
[JsonSerializable(typeof(UpdateLimitRequest))]
[JsonSerializable(typeof(TopUpRequest))]
[JsonSerializable(typeof(LimitDefinition))]
[JsonSerializable(typeof(LimitResource))]
[JsonSerializable(typeof(ListPage<LimitResource>))]
internal sealed partial class GatewayJsonContext : JsonSerializerContext;
