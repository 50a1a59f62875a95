using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>
/// The runs of an attribution: one for each combination, known by the hash of its data source. Nothing else remembers them, so that
/// a worker which takes over finds what the last one made, and runs that others made of the same serve as well.
/// </summary>
internal sealed class AttributionRuns(EvaluationDbContext store, RunCreation creation)
{
    /// <summary>Runs that an attribution has under way at one time; others' runs want their turn too.</summary>
    private const int AtOnce = 4;

    /// <summary>The design's combinations with their runs as they stand.</summary>
    public async Task<IReadOnlyList<CombinationRun>> FindAsync(Attribution attribution, AttributionPlan plan, CancellationToken cancellationToken)
    {
        var stack = plan.Stack();
        var planned = plan.ToDesign().Combinations.Select(combination => (Combination: combination, Hash: DataSourceHash.Of(stack.DataSource(combination)))).ToList();
        var hashes = planned.Select(entry => entry.Hash).ToList();
        var earliest = plan.ReuseRuns ? 0 : attribution.CreatedAt;
        var runs = await store.Runs.AsNoTracking()
            .Where(run => run.EvalId == attribution.EvalId && hashes.Contains(run.ConfigurationHash!) && run.CreatedAt >= earliest)
            .OrderBy(run => run.Id)
            .Select(run => new RunState(run.Id, run.ConfigurationHash!, run.Status, run.ErrorMessage))
            .ToListAsync(cancellationToken);
        var byHash = runs.ToLookup(run => run.Hash);
        return [.. planned.Select(entry => new CombinationRun(entry.Combination, entry.Hash, Best(byHash[entry.Hash], OwnId(attribution, entry.Hash))))];
    }

    /// <summary>Makes runs that are missing, as many as may be under way.</summary>
    /// <exception cref="ApiException">A combination cannot be run.</exception>
    public async Task CreateAsync(
        Attribution attribution, Eval eval, AttributionPlan plan, IReadOnlyList<CombinationRun> runs, CancellationToken cancellationToken)
    {
        var free = AtOnce - runs.Where(run => run.IsOpen).Select(run => run.Hash).Distinct().Count();
        var stack = plan.Stack();
        foreach (var missing in runs.Where(run => run.Run is null).DistinctBy(run => run.Hash).Take(Math.Max(0, free)))
        {
            var names = plan.Names(missing.Combination);
            var request = RunRequest.Of(stack.DataSource(missing.Combination), names.Count == 0 ? "base" : Shortened(string.Join(" + ", names)), attribution.Id);
            await creation.CreateAsync(eval, request, attribution.Caller(), cancellationToken, OwnId(attribution, missing.Hash));
            CrashPoint.Reach("evaluation.attribution.run");
        }
    }

    /// <summary>A finished run before one that is under way, and that before the own one that came to nothing.</summary>
    private static RunState? Best(IEnumerable<RunState> runs, string ownId)
    {
        var known = runs.ToList();
        return known.Find(run => run.Status == RunStatus.Completed)
            ?? known.Find(run => RunStatus.Open.Contains(run.Status))
            ?? known.Find(run => run.Id == ownId);
    }

    /// <summary>The same whoever makes the run, so that it cannot be made twice; its first digits are the attribution's time.</summary>
    private static string OwnId(Attribution attribution, string hash)
    {
        var digits = attribution.Id[IdPrefixes.Attribution.Length..];
        return $"{IdPrefixes.Run}{digits[..TimeDigits]}{DataSourceHash.Of(JsonSerializer.SerializeToElement($"{attribution.Id}/{hash}", EvaluationJson.TypeInfo<string>()))[..(digits.Length - TimeDigits)]}";
    }

    /// <summary>A UUIDv7's milliseconds.</summary>
    private const int TimeDigits = 12;

    private static string Shortened(string name) => name.Length <= 200 ? name : $"{name[..199]}…";
}

/// <summary>A combination of changes and its run.</summary>
/// <param name="Combination">The bit of value 1 stands for the first change.</param>
/// <param name="Hash">Of its data source.</param>
/// <param name="Run">Null before it is made.</param>
internal sealed record CombinationRun(int Combination, string Hash, RunState? Run)
{
    public bool IsOpen => Run is not null && RunStatus.Open.Contains(Run.Status);

    public bool IsDone => Run?.Status == RunStatus.Completed;
}

/// <summary>How a run stands.</summary>
internal sealed record RunState(string Id, string Hash, string Status, string? ErrorMessage);
