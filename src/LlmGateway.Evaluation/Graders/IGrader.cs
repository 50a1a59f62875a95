using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Judges what a model answered to an item: one of an eval's testing criteria. The one contract for all kinds, wherever they
/// grade. An exception is the item's error.
/// </summary>
internal interface IGrader
{
    /// <summary>Unique in its eval.</summary>
    string Name { get; }

    /// <summary>Its kind in OpenAI's words, such as <c>string_check</c>.</summary>
    string Type { get; }

    /// <summary>Whether scores are only 0 and 1, so that a comparison counts passes and does not average scores.</summary>
    bool IsBinary { get; }

    /// <summary>Whether it calls a model, which a caller must be allowed to.</summary>
    bool CallsModels { get; }

    Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken);
}

/// <summary>What a grader sees.</summary>
/// <param name="Values">The item and its sample, as templates see them.</param>
/// <param name="Sample">What the model said, with its latency, cost and tools; null where the eval has no samples.</param>
/// <param name="Caller">In whose name a grader that is a model calls it.</param>
internal sealed record GradedItem(TemplateValues Values, Sample? Sample, Caller Caller);
