namespace LlmGateway.Gateway.Routes;

/// <summary>In which order a group's deployments are tried, by its policy.</summary>
internal static class CandidateOrder
{
    /// <param name="group">The group.</param>
    /// <param name="underWay">How many calls a candidate has under way.</param>
    /// <param name="random">Draws by weight and breaks ties.</param>
    /// <returns>Without those of weight 0.</returns>
    public static RouteCandidate[] Of(RouteGroup group, Func<RouteCandidate, int> underWay, Random random)
    {
        // Nothing to choose: nothing to make.
        if (group.Candidates.Length == 1)
        {
            return group.Candidates;
        }

        RouteCandidate[] serving = [.. group.Candidates.Where(candidate => candidate.Weight > 0)];
        switch (group.Policy)
        {
            case RoutePolicy.Weighted:
                Draw(serving, random);
                break;
            case RoutePolicy.LeastRequests:
                // Shuffled before a stable sort: equals take turns.
                Draw(serving, random);
                serving = [.. serving.OrderBy(candidate => underWay(candidate) / candidate.Weight)];
                break;
            default:
                break;
        }

        return serving;
    }

    /// <summary>Each place goes to one of those left, with the probability of its share of their weights.</summary>
    private static void Draw(RouteCandidate[] candidates, Random random)
    {
        for (var place = 0; place < candidates.Length - 1; place++)
        {
            var left = candidates.AsSpan(place);
            var total = 0.0;
            foreach (var candidate in left)
            {
                total += candidate.Weight;
            }

            var point = random.NextDouble() * total;
            var drawn = 0;
            while (drawn < left.Length - 1 && (point -= left[drawn].Weight) >= 0)
            {
                drawn++;
            }

            (left[0], left[drawn]) = (left[drawn], left[0]);
        }
    }
}
