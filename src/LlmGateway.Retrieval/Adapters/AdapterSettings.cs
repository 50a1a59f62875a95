namespace LlmGateway.Retrieval.Adapters;

/// <param name="Epochs">How often every pair is seen.</param>
/// <param name="BatchSize">Pairs whose passages are each other's wrong answers.</param>
/// <param name="LearningRate">Step of plain gradient descent.</param>
/// <param name="Temperature">τ, that cosines are divided by.</param>
/// <param name="L2">λ of λ‖W − I‖²/2.</param>
internal sealed record AdapterSettings(int Epochs = 20, int BatchSize = 64, float LearningRate = 0.2f, float Temperature = 0.05f, float L2 = 0.001f);
