using System.Globalization;
using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Usage;

/// <summary>Usage as bars: the groups with most of it, and the others together.</summary>
internal sealed record UsageBars(IReadOnlyList<string> Names, IReadOnlyList<TimeBar> Bars)
{
    private const int MaxSeries = 4;

    public static UsageBars Of(IReadOnlyList<UsageBucket> buckets, UsageQuestion question, UsageMeasure measure)
    {
        var groups = Groups(buckets, question, measure);
        var named = groups.Count <= MaxSeries ? groups : groups.Take(MaxSeries - 1).ToList();
        var names = groups.Count > named.Count ? named.Append("all others") : named;
        return new UsageBars([.. names], [.. buckets.Select(bucket => new TimeBar(Name(bucket, question.Range), Values(bucket, question, measure, named, groups.Count > named.Count)))]);
    }

    /// <summary>What a sum's group is called.</summary>
    public static string NameOf(UsageSum sum, string? group) => group switch
    {
        "model" => sum.Model ?? "no model reached",
        "key_id" => sum.KeyId ?? "no key",
        "project_id" => sum.ProjectId ?? Figures.Unknown,
        _ => "all",
    };

    private static List<string> Groups(IReadOnlyList<UsageBucket> buckets, UsageQuestion question, UsageMeasure measure) =>
        [.. buckets.SelectMany(bucket => bucket.Results).GroupBy(sum => NameOf(sum, question.Group))
            .OrderByDescending(group => group.Sum(sum => measure.Value(sum) ?? 0)).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key)];

    private static List<double> Values(UsageBucket bucket, UsageQuestion question, UsageMeasure measure, List<string> named, bool withOthers)
    {
        var values = named.ConvertAll(name => bucket.Results.Where(sum => NameOf(sum, question.Group) == name).Sum(sum => measure.Value(sum) ?? 0));
        if (withOthers)
        {
            values.Add(bucket.Results.Where(sum => !named.Contains(NameOf(sum, question.Group))).Sum(sum => measure.Value(sum) ?? 0));
        }

        return values;
    }

    private static string Name(UsageBucket bucket, UsageRange range) =>
        bucket.StartTime.UtcDateTime.ToString(range.IsHourly ? "HH:mm" : "MMM d", CultureInfo.InvariantCulture);
}
