using Fluid.Ast;
using Fluid.Parser;
using LlmGateway.Gateway.Prompts.Retrieval;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>Finds the variables that a template takes from outside: not those that it makes itself.</summary>
internal sealed class TemplateUse : AstVisitor
{
    // A chain of "and" nests to the right, and is evaluated by recursion.
    private const int MaxDepth = 100;

    private readonly List<PlacedVariable> _variables = [];
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);
    private readonly List<string> _loops = [];
    private readonly List<BlockStatement> _blocks = [];
    private int _depth;

    private TemplateUse()
    {
    }

    /// <summary>Its variables, and the blocks that it has looked up.</summary>
    public static (IReadOnlyList<PlacedVariable> Variables, IReadOnlyList<BlockStatement> Blocks) Of(FluidTemplate template)
    {
        var use = new TemplateUse();
        use.VisitTemplate(template);
        return (use.Outside(), use._blocks);
    }

    public static IReadOnlyList<PlacedVariable> Of(Expression condition)
    {
        var use = new TemplateUse();
        use.Visit(condition);
        return use.Outside();
    }

    public override Expression Visit(Expression expression)
    {
        if (_depth == MaxDepth)
        {
            throw new TemplateSyntaxException($"A condition has more than {MaxDepth} parts", 1, 1);
        }

        _depth++;
        var visited = base.Visit(expression);
        _depth--;
        return visited;
    }

    public override Expression VisitOtherExpression(Expression expression)
    {
        if (expression is PlacedVariable variable)
        {
            if (!_loops.Contains(variable.Path[0]))
            {
                _variables.Add(variable);
            }

            Visit(variable.Member);
        }
        else if (expression is RangeEnd end)
        {
            Visit(end.To);
        }

        return expression;
    }

    public override Statement VisitOtherStatement(Statement statement)
    {
        if (statement is BoundedCapture capture)
        {
            _assigned.Add(capture.Identifier);
            foreach (var inner in capture.Statements)
            {
                Visit(inner);
            }
        }

        if (statement is BlockStatement block)
        {
            _blocks.Add(block);
            foreach (var expression in block.Expressions)
            {
                Visit(expression);
            }

            if (block.Variable is { } variable)
            {
                _assigned.Add(variable);
            }
        }

        return statement;
    }

    protected override Statement VisitAssignStatement(AssignStatement assignStatement)
    {
        _assigned.Add(assignStatement.Identifier);
        return base.VisitAssignStatement(assignStatement);
    }

    protected override Statement VisitIncrementStatement(IncrementStatement incrementStatement)
    {
        _assigned.Add(incrementStatement.Identifier);
        return base.VisitIncrementStatement(incrementStatement);
    }

    protected override Statement VisitDecrementStatement(DecrementStatement decrementStatement)
    {
        _assigned.Add(decrementStatement.Identifier);
        return base.VisitDecrementStatement(decrementStatement);
    }

    protected override Statement VisitForStatement(ForStatement forStatement)
    {
        Visit(forStatement.Source);
        if (forStatement.Limit is not null)
        {
            Visit(forStatement.Limit);
        }

        if (forStatement.Offset is not null)
        {
            Visit(forStatement.Offset);
        }

        _loops.AddRange([forStatement.Identifier, "forloop"]);
        foreach (var statement in forStatement.Statements)
        {
            Visit(statement);
        }

        _loops.RemoveRange(_loops.Count - 2, 2);
        if (forStatement.Else is not null)
        {
            Visit(forStatement.Else);
        }

        return forStatement;
    }

    private List<PlacedVariable> Outside() => [.. _variables.Where(variable => !_assigned.Contains(variable.Path[0]))];
}
