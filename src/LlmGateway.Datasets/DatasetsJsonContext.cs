using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Ingestion;
using LlmGateway.Datasets.Usage;
using LlmGateway.OpenAI;

namespace LlmGateway.Datasets;

/// <summary>JSON of the service's own resources. Unknown values are written as null: absent is not zero.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<InferenceAttempt>))]
[JsonSerializable(typeof(IngestionResult))]
[JsonSerializable(typeof(InferencePage))]
[JsonSerializable(typeof(InferenceView))]
[JsonSerializable(typeof(UsagePage))]
[JsonSerializable(typeof(DeletedObject))]
[JsonSerializable(typeof(string))]
internal sealed partial class DatasetsJsonContext : JsonSerializerContext;
