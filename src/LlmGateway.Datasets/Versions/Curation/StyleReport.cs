namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>How a version's outputs are written. Shares are of the outputs that are text, 0 to 1.</summary>
/// <param name="Outputs">Outputs that are text.</param>
/// <param name="AreLabels">Whether they are labels of a classification: few, and each of them often.</param>
/// <param name="TrivialShare">Acknowledgements such as "ok", and outputs of one or two words that come again and again.</param>
/// <param name="DistinctShare">Different outputs, case and white space aside.</param>
/// <param name="CasualShare">Outputs with slang or abbreviations, or with neither capital nor final punctuation.</param>
/// <param name="Words">How many words they have.</param>
/// <param name="MostFrequent">The most frequent outputs, at most ten.</param>
/// <param name="Warnings">What a model trained on this would learn that hardly anyone wants.</param>
internal sealed record StyleReport(
    int Outputs,
    bool AreLabels,
    double TrivialShare,
    double DistinctShare,
    double CasualShare,
    WordCounts Words,
    IReadOnlyList<FrequentOutput> MostFrequent,
    IReadOnlyList<StyleWarning> Warnings);

/// <summary>Quantiles of the outputs' lengths in words, nearest rank; a run of letters without spaces between words counts as one.</summary>
internal sealed record WordCounts(int Min, int P10, int Median, int P90, int Max);

/// <summary>An output that comes often, in lower case.</summary>
internal sealed record FrequentOutput(string Output, int Count, double Share);

/// <param name="Code"><c>trivial_outputs</c>, <c>repeated_output</c>, <c>casual_register</c>, <c>short_outputs</c>, <c>single_output</c> or <c>dominant_label</c>.</param>
/// <param name="Message">In plain words.</param>
internal sealed record StyleWarning(string Code, string Message);
