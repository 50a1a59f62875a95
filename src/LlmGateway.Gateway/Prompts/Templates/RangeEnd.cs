using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>The end of a range that is not too long: Fluid makes all its numbers at once.</summary>
internal sealed class RangeEnd(Expression from, Expression to) : Expression
{
    private const int MaxLength = 10_000;

    public Expression To { get; } = to;

    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var first = (await from.EvaluateAsync(context)).ToNumberValue();
        var last = await To.EvaluateAsync(context);
        var length = last.ToNumberValue() - first;
        if (length >= MaxLength)
        {
            throw new RenderingLimitException($"a range has more than {MaxLength:N0} numbers");
        }

        ((RenderingContext)context).Budget.Spend(Math.Max(0, (int)length));
        return last;
    }
}
