using LlmGateway.Evaluation.Models;

namespace LlmGateway.Evaluation.Runs;

/// <summary>The counts of a run or of one of its batches; those of batches add up.</summary>
internal sealed class RunTotals
{
    public int Total { get; set; }

    public int Passed { get; set; }

    public int Failed { get; set; }

    public int Errored { get; set; }

    public int Abstained { get; set; }

    /// <summary>Items whose sample could be had.</summary>
    public int Sampled { get; set; }

    /// <summary>The cost of the samples, as far as it is known; null if of none.</summary>
    public decimal? CostUsd { get; set; }

    /// <summary>The sum over the samples of a model that was called.</summary>
    public double LatencyMs { get; set; }

    public List<CriterionTotals> Criteria { get; set; } = [];

    public List<ModelUsage> Models { get; set; } = [];

    /// <summary>Items that were sampled several times; null where none was.</summary>
    public RepetitionTotals? Repetitions { get; set; }

    /// <summary>The totals of outputs, among which each item has all its repetitions.</summary>
    public static RunTotals Of(IEnumerable<GradedOutput> outputs)
    {
        var totals = new RunTotals();
        foreach (var item in outputs.GroupBy(output => output.Index))
        {
            totals.AddItem([.. item]);
        }

        return totals;
    }

    public void Merge(RunTotals other)
    {
        Total += other.Total;
        Passed += other.Passed;
        Failed += other.Failed;
        Errored += other.Errored;
        Abstained += other.Abstained;
        Sampled += other.Sampled;
        CostUsd = Sum(CostUsd, other.CostUsd);
        LatencyMs += other.LatencyMs;
        other.Models.ForEach(Add);
        other.Criteria.ForEach(criterion => Criterion(criterion.Name).Merge(criterion));
        Repetitions = RepetitionTotals.Sum(Repetitions, other.Repetitions);
    }

    /// <summary>Replaces the counts of outputs by those of the store, which go beyond finished batches.</summary>
    public void SetCounts(IReadOnlyDictionary<string, int> byStatus)
    {
        Total = byStatus.Values.Sum();
        Passed = byStatus.GetValueOrDefault(ItemStatus.Passed);
        Failed = byStatus.GetValueOrDefault(ItemStatus.Failed);
        Errored = byStatus.GetValueOrDefault(ItemStatus.Errored);
        Abstained = byStatus.GetValueOrDefault(ItemStatus.Abstained);
    }

    private void AddItem(IReadOnlyList<GradedOutput> repetitions)
    {
        foreach (var output in repetitions)
        {
            Add(output);
        }

        if (repetitions.Count > 1)
        {
            var scores = repetitions.Where(output => output.Status is ItemStatus.Passed or ItemStatus.Failed).Select(output => output.Status == ItemStatus.Passed);
            (Repetitions ??= new RepetitionTotals()).Add([.. scores.Select(passed => (passed, passed ? 1.0 : 0.0))]);
            foreach (var results in repetitions.SelectMany(output => output.Results).GroupBy(result => result.Name))
            {
                Criterion(results.Key).AddRepetitions(results);
            }
        }
    }

    private void Add(GradedOutput output)
    {
        Total++;
        _ = output.Status switch
        {
            ItemStatus.Passed => Passed++,
            ItemStatus.Failed => Failed++,
            ItemStatus.Abstained => Abstained++,
            _ => Errored++,
        };
        Sampled += output.IsSampled ? 1 : 0;
        CostUsd = Sum(CostUsd, output.CostUsd);
        LatencyMs += output.LatencyMs ?? 0;
        foreach (var usage in output.Usage)
        {
            Add(usage);
        }

        foreach (var result in output.Results)
        {
            Criterion(result.Name).Add(result);
        }
    }

    private static decimal? Sum(decimal? a, decimal? b) => a is null && b is null ? null : (a ?? 0) + (b ?? 0);

    private CriterionTotals Criterion(string name)
    {
        if (Criteria.Find(criterion => criterion.Name == name) is { } known)
        {
            return known;
        }

        Criteria.Add(new CriterionTotals { Name = name });
        return Criteria[^1];
    }

    private void Add(ModelUsage usage)
    {
        var at = Models.FindIndex(known => known.Model == usage.Model);
        if (at < 0)
        {
            Models.Add(usage);
        }
        else
        {
            Models[at] = Models[at].Plus(usage);
        }
    }
}
