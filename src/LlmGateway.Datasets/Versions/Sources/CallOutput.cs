using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>What of a call becomes the reference. Where nothing is said, that is the answer, or its newest correction where there is one.</summary>
internal static class CallOutput
{
    /// <summary>The answer, also where it was corrected.</summary>
    public const string Inference = "inference";

    /// <summary>The newest correction, of the calls that have one.</summary>
    public const string Demonstration = "demonstration";

    /// <summary>The answer, of those calls with the same input of which a metric says the best.</summary>
    public const string BestFeedback = "best_feedback";

    /// <summary>Nothing: the item is a question.</summary>
    public const string None = "none";

    /// <summary>
    /// Pairs: a correction against the answer that it corrects, and with a metric the best answer against the worst of the calls
    /// with the same input.
    /// </summary>
    public const string Preference = "preference";

    private static readonly string[] All = [Inference, Demonstration, BestFeedback, None, Preference];

    /// <exception cref="ApiException">It is none of these, or a metric is missing or too many (400).</exception>
    public static void Check(string? output, string? metric)
    {
        if (output is not null && !All.Contains(output))
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'source.output': expected one of {string.Join(", ", All)}.", "source.output"));
        }

        if (output == BestFeedback && metric is null)
        {
            throw new ApiException(ApiErrors.BadRequest($"Missing required parameter: 'source.metric', which tells the {BestFeedback}.", "source.metric"));
        }

        if (metric is not null && output is not (BestFeedback or Preference))
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'source.metric': it belongs to the outputs '{BestFeedback}' and '{Preference}'.", "source.metric"));
        }
    }
}
