using System.Text.Json;

namespace LlmGateway.Evaluation.Judges.Kinds;

/// <summary>What stands behind a rubric's score.</summary>
internal sealed record RubricDetails(string Version, IReadOnlyList<JudgedPoint> Points);

/// <summary>A point with its verdict.</summary>
/// <param name="Name">The point.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Verdict"><c>pass</c> or <c>fail</c>; null where it cannot be judged, or neither has more than half of the votes.</param>
/// <param name="Reason">Why.</param>
/// <param name="Votes">Each vote's verdict; null where it could not be had.</param>
internal sealed record JudgedPoint(string Name, double Weight, string? Verdict, string? Reason, IReadOnlyList<string?> Votes)
{
    public static JudgedPoint Of(RubricPoint point, int index, IReadOnlyList<Vote<IReadOnlyList<PointVerdict>>> votes)
    {
        var verdicts = votes.Select(vote => vote.Answer).OfType<IReadOnlyList<PointVerdict>>().Select(answer => answer[index]).ToList();
        var verdict = Majority.TryFind([.. verdicts.Select(given => given.Verdict)], out var found) ? found : null;
        return new JudgedPoint(
            point.Name, point.Weight, verdict, verdicts.FirstOrDefault(given => given.Verdict == verdict)?.Reason, [.. votes.Select(vote => vote.Answer?[index].Verdict)]);
    }
}

/// <summary>A judge's verdict on a point; null for an abstention.</summary>
internal sealed record PointVerdict(string? Verdict, string? Reason)
{
    public const string Pass = "pass";
    public const string Fail = "fail";

    /// <summary>A verdict for each point, in order; null where the answer has not exactly one for each.</summary>
    public static IReadOnlyList<PointVerdict>? ReadAll(JsonElement answer, int count)
    {
        var verdicts = new PointVerdict?[count];
        foreach (var entry in answer.FindObjects("points") ?? [])
        {
            if (entry.FindWhole("point") is not { } number || number < 1 || number > count || verdicts[number - 1] is not null || Read(entry) is not { } verdict)
            {
                return null;
            }

            verdicts[number - 1] = verdict;
        }

        return verdicts.OfType<PointVerdict>().ToList() is { } all && all.Count == count ? all : null;
    }

    private static PointVerdict? Read(JsonElement entry)
    {
        if (!entry.TryGetProperty("verdict", out var value))
        {
            return null;
        }

        var reason = entry.FindText("reason");
        return value.ValueKind == JsonValueKind.Null ? new PointVerdict(null, reason)
            : value.ValueKind == JsonValueKind.String && value.GetString() is Pass or Fail ? new PointVerdict(value.GetString(), reason)
            : null;
    }
}
