using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>A variable that knows where in the template it stands, and that is paid for when it is read.</summary>
internal sealed class PlacedVariable(MemberExpression member, int offset) : Expression
{
    // What reads a text, a comparison for one, looks at about eight characters in the time of anything else.
    private const int CharactersAUnit = 8;

    public int Offset { get; } = offset;

    public MemberExpression Member { get; } = member;

    /// <summary>The variable's own name, and those of the members that follow it up to the first index.</summary>
    public IReadOnlyList<string> Path { get; } =
        [.. member.Segments.TakeWhile(segment => segment is IdentifierSegment).Select(segment => ((IdentifierSegment)segment).Identifier)];

    public override ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var value = Member.EvaluateAsync(context);
        if (value.IsCompletedSuccessfully)
        {
            var cost = value.Result is StringValue text ? 1 + (text.ToStringValue().Length / CharactersAUnit) : 1;
            ((RenderingContext)context).Budget.Spend(cost);
        }

        return value;
    }
}
