using System.Globalization;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>What was counted of the outputs.</summary>
internal sealed record StyleFindings(
    int Outputs, int Distinct, bool AreLabels, double TrivialShare, double CasualShare, double SlangShare, WordCounts Words, IReadOnlyList<FrequentOutput> MostFrequent);

/// <summary>
/// What findings mean for a model. The bounds are judgement, and not from a paper: a training set in which every fifth answer is empty
/// talk, or every tenth is the same, was never wanted by anyone whom we asked.
/// </summary>
internal static class StyleWarnings
{
    private const int FewOutputs = 20;

    public static IReadOnlyList<StyleWarning> Of(StyleFindings found)
    {
        // Of a handful any share is chance.
        return found.Outputs < FewOutputs || found.MostFrequent.Count == 0 ? [] : [.. found.AreLabels ? OfLabels(found) : OfTexts(found)];
    }

    private static IEnumerable<StyleWarning> OfLabels(StyleFindings found)
    {
        var most = found.MostFrequent[0];
        if (most.Share >= .8)
        {
            yield return new("dominant_label", $"{Percent(most.Share)} of outputs are '{most.Output}': a model that answers nothing else is right as often, so it may learn just that.");
        }
    }

    private static IEnumerable<StyleWarning> OfTexts(StyleFindings found)
    {
        var most = found.MostFrequent[0];
        if (found.Distinct == 1)
        {
            yield return new("single_output", $"Every output is '{most.Output}': a model trained on this learns to answer '{most.Output}', whatever it is asked.");
            yield break;
        }

        if (found.TrivialShare >= .2)
        {
            yield return new("trivial_outputs", $"{Percent(found.TrivialShare)} of outputs are an acknowledgement or one or two words that come again and again, such as '{most.Output}': a model trained on this learns to answer '{most.Output}'.");
        }

        if (most.Share >= .1)
        {
            yield return new("repeated_output", $"{Percent(most.Share)} of outputs are '{most.Output}': a model trained on this learns to say it where it does not fit. Leave most of them out.");
        }

        if (found.CasualShare >= .4 && found.SlangShare >= .05)
        {
            yield return new("casual_register", $"{Percent(found.CasualShare)} of outputs are written as in a chat, with slang or abbreviations, or without capitals and full stops: a model trained on this learns to write so, to customers too.");
        }

        if (found.Words.P90 <= 8)
        {
            yield return new("short_outputs", string.Create(CultureInfo.InvariantCulture,
                $"Nine of ten outputs have at most {found.Words.P90} words: a model trained on this learns to answer in a few words, also where a text is asked for."));
        }
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");
}
