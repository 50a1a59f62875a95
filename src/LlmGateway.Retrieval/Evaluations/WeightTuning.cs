using LlmGateway.Statistics;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>
/// Chooses among weights by cross-validation: each query is scored by the weight that is best on the folds it is not in, so that no
/// query has a say in what it is measured by.
/// </summary>
/// <param name="HeldOut">Each query's score under the weight that the other folds chose.</param>
/// <param name="Choices">Each query's choice, a place among the weights.</param>
/// <param name="Folds">Each fold's choice, and how many queries it holds.</param>
/// <param name="Best">The choice by all queries: what to use from now on.</param>
internal sealed record WeightTuning(IReadOnlyList<double> HeldOut, IReadOnlyList<int> Choices, IReadOnlyList<(int Choice, int Queries)> Folds, int Best)
{
    /// <param name="scores">For each query the score under each weight.</param>
    /// <param name="preferred">The weight that is taken where several are as good: the nearest to this place.</param>
    /// <param name="folds">At least 2, and at most as many as queries.</param>
    /// <param name="seed">Deals the queries out.</param>
    public static WeightTuning Fit(IReadOnlyList<IReadOnlyList<double>> scores, int preferred, int folds, ulong seed)
    {
        var order = Enumerable.Range(0, scores.Count).ToArray();
        RandomOrder.Shuffle(order, seed);
        var (heldOut, choices, chosen) = (new double[scores.Count], new int[scores.Count], new List<(int, int)>());
        for (var fold = 0; fold < folds; fold++)
        {
            var test = order.Where((_, place) => place % folds == fold).ToList();
            var choice = Choose(order.Where((_, place) => place % folds != fold).Select(query => scores[query]), preferred);
            chosen.Add((choice, test.Count));
            foreach (var query in test)
            {
                (heldOut[query], choices[query]) = (scores[query][choice], choice);
            }
        }

        return new WeightTuning(heldOut, choices, chosen, Choose(scores, preferred));
    }

    private static int Choose(IEnumerable<IReadOnlyList<double>> scores, int preferred)
    {
        var rows = scores.ToList();
        // Sums that differ by rounding alone are equal.
        return Enumerable.Range(0, rows[0].Count).OrderByDescending(weight => Math.Round(rows.Sum(row => row[weight]), 9))
            .ThenBy(weight => Math.Abs(weight - preferred)).First();
    }
}
