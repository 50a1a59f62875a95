using LlmGateway.Evaluation.Models;

namespace LlmGateway.Evaluation.Runs;

/// <summary>A run's counts, kept with the run and moved on together with the items that they count.</summary>
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

    public int Finished => Passed + Failed + Errored + Abstained;

    public void Add(ItemOutcome outcome)
    {
        _ = outcome.Status switch
        {
            ItemStatus.Passed => Passed++,
            ItemStatus.Failed => Failed++,
            ItemStatus.Abstained => Abstained++,
            _ => Errored++,
        };
        Sampled += outcome.Fault is null ? 1 : 0;
        if (outcome.Sample is { } sample)
        {
            CostUsd = sample.CostUsd is { } cost ? (CostUsd ?? 0) + cost : CostUsd;
            LatencyMs += sample.LatencyMs ?? 0;
            AddAll(sample.Usage is { } usage ? [usage] : []);
        }

        foreach (var (grader, grade) in outcome.Grades)
        {
            Criterion(grader.Name).Add(grade);
            AddAll(grade.Usages);
        }
    }

    /// <summary>Adds what was counted elsewhere of other items of the run.</summary>
    public void Merge(RunTotals other)
    {
        Total += other.Total;
        Passed += other.Passed;
        Failed += other.Failed;
        Errored += other.Errored;
        Abstained += other.Abstained;
        Sampled += other.Sampled;
        CostUsd = other.CostUsd is { } cost ? (CostUsd ?? 0) + cost : CostUsd;
        LatencyMs += other.LatencyMs;
        other.Criteria.ForEach(criterion => Criterion(criterion.Name).Merge(criterion));
        AddAll(other.Models);
    }

    private CriterionTotals Criterion(string name)
    {
        if (Criteria.Find(criterion => criterion.Name == name) is { } known)
        {
            return known;
        }

        Criteria.Add(new CriterionTotals { Name = name });
        return Criteria[^1];
    }

    private void AddAll(IEnumerable<ModelUsage> usages)
    {
        foreach (var usage in usages)
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
}
