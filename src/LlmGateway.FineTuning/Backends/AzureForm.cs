using System.Text.Json;
using LlmGateway.OpenAI;

namespace LlmGateway.FineTuning.Backends;

/// <summary>
/// A request as Azure's dated versions take it: no metadata, and for supervised training no method but hyperparameters beside the model,
/// numbers all (Azure's specification of 2024-10-21).
/// </summary>
internal static class AzureForm
{
    public static FineTuningJobRequest Of(FineTuningJobRequest request)
    {
        var isSupervised = request.Method?.Type is null or "supervised";
        return request with
        {
            Metadata = null,
            Method = isSupervised ? null : request.Method,
            Hyperparameters = isSupervised ? Numbers(request.Method?.Supervised?.Hyperparameters ?? request.Hyperparameters) : null,
        };
    }

    private static FineTuningHyperparameters? Numbers(FineTuningHyperparameters? given) => given is null ? null : given with
    {
        NEpochs = Number(given.NEpochs),
        BatchSize = Number(given.BatchSize),
        LearningRateMultiplier = Number(given.LearningRateMultiplier),
    };

    private static JsonElement? Number(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } ? value : null;
}
