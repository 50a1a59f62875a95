using System.Text.Json;

namespace LlmGateway.Evaluation.Judges.Kinds;

/// <summary>What stands behind a comparison of two answers.</summary>
/// <param name="Version">The judge's.</param>
/// <param name="Orders">Both orders.</param>
/// <param name="Decided">Orders in which one side won.</param>
/// <param name="FirstPositionWins">Orders that what stood first won.</param>
/// <param name="Consistent">Whether both orders have the same winner.</param>
internal sealed record PairwiseDetails(string Version, IReadOnlyList<PairOrder> Orders, int Decided, int FirstPositionWins, bool Consistent)
{
    public static JsonElement Of(string version, PairOrder one, PairOrder other)
    {
        PairOrder[] orders = [one, other];
        var details = new PairwiseDetails(
            version,
            orders,
            orders.Count(order => order.Winner is Pairwise.Sample or Pairwise.Reference),
            orders.Count(order => order.Winner == order.First),
            one.Winner == other.Winner);
        return JsonSerializer.SerializeToElement(details, EvaluationJson.TypeInfo<PairwiseDetails>());
    }
}

/// <summary>Two answers judged in one order.</summary>
/// <param name="First">What stood first: <c>sample</c> or <c>reference</c>.</param>
/// <param name="Winner"><c>sample</c>, <c>reference</c> or <c>tie</c>, which is also where no choice has more than half of the votes; null for an abstention.</param>
/// <param name="Reason">Why.</param>
/// <param name="Votes">Each vote's winner; null for an abstention, and for what could not be read.</param>
internal sealed record PairOrder(string First, string? Winner, string? Reason, IReadOnlyList<string?> Votes)
{
    public static PairOrder Of(string first, string second, IReadOnlyList<Vote<PairVote>> votes)
    {
        var answers = votes.Select(vote => vote.Answer).OfType<PairVote>().ToList();
        return Majority.TryFind([.. answers.Select(answer => answer.Winner)], out var place)
            ? new PairOrder(first, Name(place, first, second), answers.First(answer => answer.Winner == place).Reason, [.. Names(votes, first, second)])
            : new PairOrder(first, "tie", "The votes are split.", [.. Names(votes, first, second)]);
    }

    private static IEnumerable<string?> Names(IReadOnlyList<Vote<PairVote>> votes, string first, string second) =>
        votes.Select(vote => Name(vote.Answer?.Winner, first, second));

    private static string? Name(string? place, string first, string second) => place switch
    {
        "first" => first,
        "second" => second,
        _ => place,
    };
}
