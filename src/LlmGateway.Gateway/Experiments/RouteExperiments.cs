using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Variants;

namespace LlmGateway.Gateway.Experiments;

/// <summary>
/// What the experiments on one route do to its calls. Those that do not run any more lie one over another, the newest on top: a
/// promoted one's winner stays in force below a later experiment, whose variants change what it left.
/// </summary>
internal sealed class RouteExperiments
{
    /// <param name="rows">Of one route, the older first.</param>
    public RouteExperiments(IReadOnlyList<Experiment> rows)
    {
        var below = new CallVariant();
        var running = rows.LastOrDefault(row => row.Status == ExperimentStatus.Running);
        foreach (var row in rows.Where(row => row != running))
        {
            var definition = row.ReadDefinition();
            var inForce = definition.Variants[Math.Max(0, definition.IndexOf(row.Winner))];
            below = inForce.Over(below);
            SettledVariant = row.Winner ?? SettledVariant;
        }

        SettledModel = below.Model;

        if (running is not null)
        {
            var (definition, weights) = (running.ReadDefinition(), running.ReadWeights());
            Running = new ActiveExperiment(
                running.Id, running.Stage, definition.Unit,
                [.. definition.Variants.Select((variant, index) => (variant.Name, weights[index], VariantChange.Of(variant.Over(below))))]);
            below = definition.Variants[0].Over(below);
        }

        Settled = VariantChange.Of(below);
    }

    /// <summary>Null where none runs.</summary>
    public ActiveExperiment? Running { get; }

    /// <summary>What holds for calls that are given no variant; null for nothing.</summary>
    public VariantChange? Settled { get; }

    /// <summary>The model that ended experiments have put in force; null for none.</summary>
    public string? SettledModel { get; }

    /// <summary>The variant that was promoted last; null for none.</summary>
    public string? SettledVariant { get; }

    /// <summary>Whether any variant, or what holds besides, can be made to such calls.</summary>
    public bool Fits(Operation operation) => Settled?.Fits(operation) != false && Running?.Fits(operation) != false;
}
