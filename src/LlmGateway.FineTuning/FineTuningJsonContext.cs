using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Contracts.Datasets;
using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Backends.Command;
using LlmGateway.FineTuning.Evaluations;
using LlmGateway.FineTuning.Improvements;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.FineTuning.Training;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning;

/// <summary>JSON of requests, of what is read of backends, and of what is kept in columns.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(JobRequest))]
[JsonSerializable(typeof(BackendFile))]
[JsonSerializable(typeof(BackendPage<BackendFile>))]
[JsonSerializable(typeof(BackendPage<FineTuningJob>))]
[JsonSerializable(typeof(BackendPage<FineTuningJobEvent>))]
[JsonSerializable(typeof(BackendPage<FineTuningJobCheckpoint>))]
[JsonSerializable(typeof(FineTuningHyperparameters))]
[JsonSerializable(typeof(FineTuningMetrics))]
[JsonSerializable(typeof(FineTunedModelRegistration))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(DatasetReference))]
[JsonSerializable(typeof(DatasetVersionUse))]
[JsonSerializable(typeof(TrainingCheckRequest))]
[JsonSerializable(typeof(TrainingCheckReport))]
[JsonSerializable(typeof(JobEvaluation))]
[JsonSerializable(typeof(ImprovementRequest))]
[JsonSerializable(typeof(List<ImprovementStep>))]
[JsonSerializable(typeof(ImprovementView))]
[JsonSerializable(typeof(ListPage<ImprovementView>))]
[JsonSerializable(typeof(FineTuningMethodSettings))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(TrainerConfiguration))]
[JsonSerializable(typeof(TrainerLine))]
internal sealed partial class FineTuningJsonContext : JsonSerializerContext;
