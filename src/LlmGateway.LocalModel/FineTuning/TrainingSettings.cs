namespace LlmGateway.LocalModel;

/// <summary>How the learner is trained. The defaults were chosen by cross-validation on the training parts of banking77 and TREC.</summary>
/// <param name="Epochs">Passes over the examples, 1 to 50. The default is 20.</param>
/// <param name="BatchSize">Examples a step, 1 to 256. The default is 16; from 1 to 64 all are alike.</param>
/// <param name="LearningRateMultiplier">Factor of the rate of 1, which falls to 0 over the steps. The default is 1; from 0.5 to 2 all are alike.</param>
/// <param name="Seed">Of the order of the examples.</param>
internal sealed record TrainingSettings(int Epochs = 20, int BatchSize = 16, double LearningRateMultiplier = 1, long Seed = 0);
