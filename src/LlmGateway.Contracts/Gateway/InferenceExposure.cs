namespace LlmGateway.Contracts.Gateway;

/// <summary>The variant of an experiment that a call was given.</summary>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Variant">Its name in the experiment.</param>
/// <param name="Stage">The experiment's stage, from 1: weights are the same all through one.</param>
/// <param name="Unit">
/// What was assigned, an episode or an end user, as the 16 hexadecimal digits of a hash: calls of one unit are no independent values.
/// </param>
public sealed record InferenceExposure(string ExperimentId, string Variant, int Stage, string Unit);
