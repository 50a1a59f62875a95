using System.Globalization;
using LlmGateway.Contracts.Datasets;

namespace LlmGateway.Datasets.TrainingChecks;

/// <summary>What is worth a look before a model is trained. The bounds are judgement; none of them keeps anyone from training.</summary>
internal static class TrainingWarnings
{
    /// <summary>Examples of a label below which a model hardly learns it.</summary>
    private const int FewExamples = 5;

    /// <summary>How many times as many the most frequent label may have as the rarest.</summary>
    private const int Imbalance = 20;
    private const int Named = 5;

    /// <param name="training">What is trained on.</param>
    /// <param name="validation">What is validated on; null for nothing.</param>
    /// <param name="leaks">What of the training data stands elsewhere.</param>
    /// <param name="contextTokens">Longest example that the model is trained on; null where that is not known.</param>
    public static IEnumerable<TrainingCheckWarning> Of(PartCheck training, PartCheck? validation, TrainingLeaks leaks, int? contextTokens) =>
    [
        .. OfRepeats(training),
        .. OfLength(training, contextTokens),
        .. OfLeaks(leaks),
        .. OfLabels(training, validation),
        .. (training.Style?.Warnings ?? []).Select(warning => new TrainingCheckWarning(warning.Code, warning.Message)),
    ];

    private static IEnumerable<TrainingCheckWarning> OfRepeats(PartCheck training)
    {
        if (training.Duplicates > 0)
        {
            yield return new("duplicates", $"{Of(training.Duplicates, training.Examples)} have the input and output of an earlier one: the model sees them more often, and you pay for each.");
        }

        if (training.Conflicts > 0)
        {
            yield return new("conflicting_outputs", $"{Of(training.Conflicts, training.Examples)} have the input of an earlier one and another output: decide which is right, else the model learns to guess.");
        }
    }

    private static IEnumerable<TrainingCheckWarning> OfLength(PartCheck training, int? contextTokens)
    {
        if (contextTokens is { } most && training.Tokens.Over(most) is > 0 and var over)
        {
            yield return new("too_long", $"{Of(over, training.Examples)} have more than the {most} tokens that the model is trained on: their ends, the answers, are cut off. Shorten or leave them out.");
        }
    }

    private static IEnumerable<TrainingCheckWarning> OfLeaks(TrainingLeaks leaks)
    {
        if (leaks.Validation > 0)
        {
            yield return new("validation_leakage", $"{leaks.Validation} examples of the validation data are, or nearly are, in the training data: the validation loss will look better than it is.");
        }

        if (leaks.Tested > 0)
        {
            yield return new("leakage", $"{leaks.Tested} items that evaluations test by ({leaks.TestedBy}) are, or nearly are, in the training data: what they measure of the new model is then what it learned by heart.");
        }

        if (leaks.IsPartial)
        {
            yield return new("partly_compared", $"Only the first {PartCheck.MaxCompared} examples were compared with the validation data and with what evaluations test by.");
        }
    }

    private static IEnumerable<TrainingCheckWarning> OfLabels(PartCheck training, PartCheck? validation)
    {
        if (training.Labels is not { } labels)
        {
            yield break;
        }

        string[] rare = [.. labels.Counts.Where(entry => entry.Value < FewExamples).OrderBy(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Key)];
        if (rare.Length > 0)
        {
            yield return new("rare_labels", $"{rare.Length} of {labels.Counts.Count} labels have fewer than {FewExamples} examples and will hardly be learned: {Names(rare)}.");
        }

        var report = labels.ToReport();
        if (report.Most > Imbalance * report.Fewest)
        {
            yield return new("unbalanced_labels", $"The most frequent label has {report.Most} examples and the rarest {report.Fewest}: look at each label's own score, not at accuracy alone.");
        }

        string[] unseen = [.. (validation?.Labels?.Counts.Keys ?? []).Where(label => !labels.Counts.ContainsKey(label)).Order(StringComparer.Ordinal)];
        if (unseen.Length > 0)
        {
            yield return new("unseen_labels", $"{unseen.Length} labels of the validation data are not in the training data and cannot be learned: {Names(unseen)}.");
        }
    }

    private static string Names(string[] labels) => string.Join(", ", labels.Take(Named).Select(label => $"'{label}'")) + (labels.Length > Named ? ", …" : "");

    private static string Of(int count, int all) => string.Create(CultureInfo.InvariantCulture, $"{count} of {all} examples");
}
