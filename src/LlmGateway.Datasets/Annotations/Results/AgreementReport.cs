using LlmGateway.Statistics;

namespace LlmGateway.Datasets.Annotations.Results;

/// <summary>Measures how far the reviewers of a queue agree, before any adjudication.</summary>
internal static class AgreementReport
{
    /// <param name="queue">The queue.</param>
    /// <param name="answers">Of each item, by reviewer.</param>
    /// <param name="seed">Chooses the resamples of the intervals.</param>
    public static AgreementView Measure(AnnotationQueue queue, IReadOnlyList<IReadOnlyDictionary<string, string>> answers, ulong seed)
    {
        var type = queue.Answers();
        var scale = AnswerScale.Of(type, answers.SelectMany(item => item.Values));
        var ratings = new Ratings([.. answers.Where(item => item.Count > 1).Select(item => item.Values.Select(scale.CategoryOf).ToArray())], scale.Count);
        var reviewers = answers.SelectMany(item => item.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var isNominal = scale.Measurement != Measurement.Interval;
        return new AgreementView(
            queue.Id,
            ratings.Items.Count,
            answers.Sum(item => item.Count),
            reviewers,
            seed,
            With(ratings, sample => sample.PercentAgreement(), seed),
            isNominal && reviewers is [var first, var second] ? CohenOf(answers, first, second, scale) : null,
            isNominal ? With(ratings, FleissKappa.Of, seed) : null,
            scale.Measurement.ToString().ToLowerInvariant(),
            With(ratings, sample => KrippendorffAlpha.Of(sample, scale.Measurement, scale.Values), seed),
            queue.Mode == AnnotationQueue.Pairwise ? FirstShare([.. answers.SelectMany(item => item.Values)]) : null);
    }

    private static double? FirstShare(IReadOnlyCollection<string> answers)
    {
        var (first, second) = (answers.Count(answer => answer == AnswerType.First), answers.Count(answer => answer == AnswerType.Second));
        return first + second == 0 ? null : (double)first / (first + second);
    }

    private static CoefficientView? With(Ratings ratings, Func<Ratings, double?> coefficient, ulong seed)
    {
        if (coefficient(ratings) is not { } value)
        {
            return null;
        }

        var interval = ratings.Bootstrap(coefficient, seed);
        return new CoefficientView(value, interval?.Low, interval?.High);
    }

    private static CoefficientView? CohenOf(IReadOnlyList<IReadOnlyDictionary<string, string>> answers, string first, string second, AnswerScale scale)
    {
        var counts = new int[scale.Count, scale.Count];
        foreach (var item in answers)
        {
            if (item.TryGetValue(first, out var one) && item.TryGetValue(second, out var other))
            {
                counts[scale.CategoryOf(one), scale.CategoryOf(other)]++;
            }
        }

        return Kappa.Cohen(counts) is { } kappa ? new CoefficientView(kappa.Value, kappa.Interval.Low, kappa.Interval.High) : null;
    }
}

/// <summary>Agreement on the wire. A coefficient that does not apply, or that chance alone makes certain, is null.</summary>
/// <param name="QueueId">The queue.</param>
/// <param name="Items">Those with two answers or more, which are measured.</param>
/// <param name="Answers">All that were submitted.</param>
/// <param name="Reviewers">Who did.</param>
/// <param name="Seed">Of the intervals.</param>
/// <param name="Percent">The share of pairs of answers that are equal, from 0 to 1.</param>
/// <param name="CohenKappa">Of two reviewers, where answers are no numbers.</param>
/// <param name="FleissKappa">Where every item has as many answers as any other, and they are no numbers.</param>
/// <param name="AlphaLevel">nominal, ordinal or interval.</param>
/// <param name="KrippendorffAlpha">Of any number of reviewers, some of whom may be missing.</param>
/// <param name="FirstChosen">
/// Of pairs, the share of answers other than a tie that chose the output which was shown first. Outputs are shown in random order, so
/// that a share far from a half says that the place counts. Null for single outputs.
/// </param>
internal sealed record AgreementView(
    string QueueId,
    int Items,
    int Answers,
    IReadOnlyList<string> Reviewers,
    ulong Seed,
    CoefficientView? Percent,
    CoefficientView? CohenKappa,
    CoefficientView? FleissKappa,
    string AlphaLevel,
    CoefficientView? KrippendorffAlpha,
    double? FirstChosen)
{
    public string Object { get; } = "annotation_queue.agreement";
}

/// <summary>A coefficient with its 95 % interval; null bounds where there are too few items.</summary>
internal sealed record CoefficientView(double Value, double? Low, double? High);
