using LlmGateway.Service;
using LlmGateway.Text.NearDuplicates;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>The text by which items are nearly the same.</summary>
internal static class ComparedText
{
    public const string Input = "input";
    public const string Both = "input+reference";

    /// <exception cref="ApiException">It is neither (400).</exception>
    public static void Check(string of, string field)
    {
        if (of is not (Input or Both))
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid '{field}': expected '{Input}' or '{Both}'.", field));
        }
    }

    /// <exception cref="ApiException">It is out of range (400).</exception>
    public static void CheckThreshold(double threshold, string field)
    {
        if (threshold is not (>= NearDuplicateIndex.MinThreshold and <= 1))
        {
            throw new ApiException(ApiErrors.BadRequest(FormattableString.Invariant($"Invalid '{field}': expected a number from {NearDuplicateIndex.MinThreshold} to 1."), field));
        }
    }

    /// <summary>An item's text; null if it has none, such as a picture alone: nothing is like it.</summary>
    public static string? Of(ItemDraft draft, string of = Input)
    {
        var input = ItemText.OfInput(draft.Input);
        var text = of == Both ? $"{input}\n{ItemText.OfReference(draft.Reference)}" : input;
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
