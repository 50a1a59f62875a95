using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Annotations;
using LlmGateway.Datasets.Annotations.Items;
using LlmGateway.Datasets.Annotations.Results;
using LlmGateway.Datasets.Annotations.Review;
using LlmGateway.Datasets.Catalog;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Ingestion;
using LlmGateway.Datasets.Ledger;
using LlmGateway.Datasets.Usage;
using LlmGateway.Datasets.Versions;
using LlmGateway.Datasets.Versions.Curation;
using LlmGateway.Datasets.Versions.Exports;
using LlmGateway.Datasets.Versions.FromInferences;
using LlmGateway.Datasets.Versions.Leakage;
using LlmGateway.Datasets.Versions.Sources;
using LlmGateway.OpenAI;

namespace LlmGateway.Datasets;

/// <summary>JSON of the service's own resources. Unknown values are written as null: absent is not zero.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<InferenceAttempt>))]
[JsonSerializable(typeof(IReadOnlyList<InferenceScore>))]
[JsonSerializable(typeof(IReadOnlyList<InferenceRetrieval>))]
[JsonSerializable(typeof(IngestionResult))]
[JsonSerializable(typeof(InferencePage))]
[JsonSerializable(typeof(InferenceView))]
[JsonSerializable(typeof(UsagePage))]
[JsonSerializable(typeof(LedgerEntryView))]
[JsonSerializable(typeof(ListPage<LedgerEntryView>))]
[JsonSerializable(typeof(ExplanationView))]
[JsonSerializable(typeof(ExposureSums))]
[JsonSerializable(typeof(FeedbackMessage))]
[JsonSerializable(typeof(ListPage<FeedbackView>))]
[JsonSerializable(typeof(ListPage<FeedbackMetricView>))]
[JsonSerializable(typeof(ListPage<DatasetView>))]
[JsonSerializable(typeof(ListPage<VersionView>))]
[JsonSerializable(typeof(ListPage<ListedItemView>))]
[JsonSerializable(typeof(VersionRequest))]
[JsonSerializable(typeof(VersionReport))]
[JsonSerializable(typeof(ExportEstimate))]
[JsonSerializable(typeof(ExactDuplicates))]
[JsonSerializable(typeof(NearDuplicates))]
[JsonSerializable(typeof(PersonalDataStep))]
[JsonSerializable(typeof(Truncated))]
[JsonSerializable(typeof(Refused))]
[JsonSerializable(typeof(LengthBounds))]
[JsonSerializable(typeof(AllowedLanguages))]
[JsonSerializable(typeof(MinFeedback))]
[JsonSerializable(typeof(ClusterCap))]
[JsonSerializable(typeof(ConflictingLabels))]
[JsonSerializable(typeof(VersionPreview))]
[JsonSerializable(typeof(ListPage<DropView>))]
[JsonSerializable(typeof(LeakageReport))]
[JsonSerializable(typeof(VersionDiff))]
[JsonSerializable(typeof(ItemView))]
[JsonSerializable(typeof(FeedbackCondition))]
[JsonSerializable(typeof(FromInferencesRequest))]
[JsonSerializable(typeof(DryRunView))]
[JsonSerializable(typeof(DatasetVersionUse))]
[JsonSerializable(typeof(TrainingCheckRequest))]
[JsonSerializable(typeof(TrainingCheckReport))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, int>))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(JsonElement[]))]
[JsonSerializable(typeof(DeletedObject))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(AnswerType))]
[JsonSerializable(typeof(QueueView))]
[JsonSerializable(typeof(ListPage<QueueView>))]
[JsonSerializable(typeof(ItemsAdded))]
[JsonSerializable(typeof(AnnotationItemView))]
[JsonSerializable(typeof(ListPage<AnnotationItemView>))]
[JsonSerializable(typeof(NextItem))]
[JsonSerializable(typeof(ListPage<ResultView>))]
[JsonSerializable(typeof(AgreementView))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(string))]
internal sealed partial class DatasetsJsonContext : JsonSerializerContext;
