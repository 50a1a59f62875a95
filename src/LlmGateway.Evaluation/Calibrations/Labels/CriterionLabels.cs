namespace LlmGateway.Evaluation.Calibrations.Labels;

/// <summary>Another testing criterion of the same run, which reads the label that a person gave.</summary>
/// <param name="criterion">Its name.</param>
internal sealed class CriterionLabels(string criterion) : IHumanLabels
{
    public bool? Find(LabelledOutput output) => output.Results.FirstOrDefault(result => result.Name == criterion)?.Passed;
}
