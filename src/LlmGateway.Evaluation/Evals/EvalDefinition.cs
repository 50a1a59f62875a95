using LlmGateway.Evaluation.Graders;
using LlmGateway.Schemas;

namespace LlmGateway.Evaluation.Evals;

/// <summary>A kept eval, ready to be run.</summary>
/// <param name="Config">The form of its items.</param>
/// <param name="Schema">What validates them.</param>
/// <param name="Graders">Its testing criteria.</param>
internal sealed record EvalDefinition(DataSourceConfig Config, CallerSchema Schema, IReadOnlyList<IGrader> Graders);

/// <summary>Makes definitions of kept evals.</summary>
internal sealed class EvalDefinitions(GraderCatalog catalog)
{
    public async Task<EvalDefinition> ReadAsync(Eval eval, CancellationToken cancellationToken)
    {
        var config = DataSourceConfig.ReadStored(eval.DataSourceConfig);
        return new EvalDefinition(
            config,
            await CallerSchema.ParseAsync(config.ItemSchema, "item_schema", cancellationToken),
            await catalog.ReadStoredAsync(eval.TestingCriteria, config.Scope, cancellationToken));
    }
}
