using Fluid;
using LlmGateway.Gateway.Prompts.Retrieval;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>One text's rendering: it sees the scope's values, and what it assigns goes with it.</summary>
internal sealed class RenderingContext : TemplateContext
{
    public RenderingContext(TemplateScope scope, RenderingBudget budget) : base(TemplateFilters.Options, StringComparer.Ordinal)
    {
        (Budget, Blocks) = (budget, scope.Blocks);
        foreach (var (name, value) in scope.Values)
        {
            SetValue(name, value);
        }
    }

    public RenderingBudget Budget { get; }

    public BlockRun Blocks { get; }

    /// <summary>Whether it ran as many statements as it may.</summary>
    public bool HasNoSteps => _steps > MaxSteps;
}
