using LlmGateway.OpenAI;

namespace LlmGateway.LocalModel;

/// <summary>A step that was done.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Count">Steps in all.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="EndsEpoch">Whether the pass over the examples is complete.</param>
/// <param name="Metrics">Of this step's batch, and of the validation data where there is any.</param>
internal sealed record TrainingStep(int Number, int Count, int Epoch, bool EndsEpoch, FineTuningMetrics Metrics);
