using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Fluid;
using Fluid.Ast;
using LlmGateway.Gateway.Prompts.Templates;

namespace LlmGateway.Gateway.Prompts.Retrieval;

/// <summary>A block in a template. It says what it wants when it is rendered, and is rendered again once that was looked up.</summary>
internal sealed class BlockStatement : Statement
{
    private readonly BlockKind _kind;
    private readonly IReadOnlyList<(BlockArgument Argument, Expression Value)> _arguments;

    private BlockStatement(BlockKind kind, IReadOnlyList<(BlockArgument, Expression)> arguments, string? variable, int offset) =>
        (_kind, _arguments, Variable, Offset) = (kind, arguments, variable, offset);

    public string Tag => _kind.Tag;

    /// <summary>The variable that it sets; null when it writes what was found.</summary>
    public string? Variable { get; }

    /// <summary>Where its arguments stand in the template.</summary>
    public int Offset { get; }

    public IEnumerable<Expression> Expressions => _arguments.Select(argument => argument.Value);

    /// <param name="kind">The tag.</param>
    /// <param name="given">What stands in it.</param>
    /// <param name="text">The template.</param>
    /// <param name="start">Where the arguments begin.</param>
    /// <exception cref="TemplateSyntaxException">An argument is unknown, missing, there twice, or a literal that does not fit.</exception>
    public static BlockStatement Read(BlockKind kind, IReadOnlyList<FilterArgument> given, string text, int start)
    {
        var arguments = new List<(BlockArgument, Expression)>(given.Count);
        string? variable = null;
        foreach (var argument in given)
        {
            var offset = Math.Max(start, text.IndexOf(argument.Name ?? "", start, StringComparison.Ordinal));
            if (argument.Name == BlockKind.As)
            {
                variable = variable is null && argument.Expression is PlacedVariable { Path: [var name], Member.Segments.Count: 1 }
                    ? name : throw TemplateSyntaxException.At(text, offset, $"'{BlockKind.As}' names one variable, such as {BlockKind.As}: passages");
                continue;
            }

            var known = Find(kind, argument.Name) ?? throw TemplateSyntaxException.At(text, offset, Unknown(kind, argument.Name));
            if (arguments.Exists(earlier => earlier.Item1 == known))
            {
                throw TemplateSyntaxException.At(text, offset, $"'{known.Name}' stands twice in '{kind.Tag}'");
            }

            CheckLiteral(known, argument.Expression, text, offset);
            arguments.Add((known, argument.Expression));
        }

        CheckNeeded(kind, [.. arguments.Select(argument => argument.Item1.Name)], text, start);
        return new BlockStatement(kind, arguments, variable, start);
    }

    public override async ValueTask<Completion> WriteToAsync(TextWriter output, TextEncoder encoder, TemplateContext context)
    {
        var found = ((RenderingContext)context).Blocks.Find(await ReadAsync(context));
        if (Variable is null)
        {
            output.Write(found.Text);
        }
        else
        {
            context.SetValue(Variable, TemplateScope.Value(found.Value));
        }

        return Completion.Normal;
    }

    private async ValueTask<BlockRequest> ReadAsync(TemplateContext context)
    {
        var (values, parameters) = (new JsonObject(), new JsonObject());
        foreach (var (argument, expression) in _arguments)
        {
            var value = argument.Read(await expression.EvaluateAsync(context));
            if (argument.Type == BlockArgumentType.Value)
            {
                parameters[argument.Name] = value;
            }
            else if (value is not null)
            {
                values[argument.Name] = value;
            }
        }

        if (parameters.Count > 0)
        {
            values[BlockKind.Parameters] = parameters;
        }

        return BlockRequest.Of(_kind, values);
    }

    private static void CheckNeeded(BlockKind kind, IReadOnlyList<string> given, string text, int start)
    {
        foreach (var argument in kind.Arguments.Where(argument => argument.IsNeeded))
        {
            var (stands, other) = (given.Contains(argument.Name), argument.Or is not null && given.Contains(argument.Or));
            if (stands == other)
            {
                throw TemplateSyntaxException.At(text, start, stands
                    ? $"'{argument.Name}' and '{argument.Or}' may not both stand in '{kind.Tag}'"
                    : $"'{kind.Tag}' needs '{argument.Name}'{(argument.Or is null ? "" : $" or '{argument.Or}'")}");
            }
        }
    }

    private static BlockArgument? Find(BlockKind kind, string? name) =>
        name == BlockKind.Required.Name ? BlockKind.Required
        : kind.Arguments.FirstOrDefault(argument => argument.Name == name)
        ?? (kind.TakesParameters && name is not null ? new BlockArgument(name, BlockArgumentType.Value) : null);

    private static string Unknown(BlockKind kind, string? name) =>
        $"{(name is null ? "An argument without a name" : $"'{name}'")} has no meaning in '{kind.Tag}': it takes "
        + string.Join(", ", kind.Arguments.Select(argument => argument.Name).Append(BlockKind.Required.Name).Append(BlockKind.As));

    /// <summary>A literal is known now; what comes from a variable is looked at when it is there.</summary>
    private static void CheckLiteral(BlockArgument argument, Expression expression, string text, int offset)
    {
        try
        {
            if (expression is LiteralExpression literal)
            {
                argument.Read(literal.Value);
            }
            else if (argument.IsLiteral)
            {
                throw new BlockArgumentException($"'{argument.Name}' must be written out here: what varies is given as a parameter");
            }
        }
        catch (BlockArgumentException error)
        {
            throw TemplateSyntaxException.At(text, offset, error.Message);
        }
    }
}
