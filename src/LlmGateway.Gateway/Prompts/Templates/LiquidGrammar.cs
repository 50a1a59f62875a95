using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Ast;
using Fluid.Parser;
using LlmGateway.Gateway.Prompts.Retrieval;
using Parlot.Fluent;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>
/// The Liquid that prompts may use: Fluid's, without tags that read other templates, and with a limit on nesting, because a parser
/// that runs out of stack ends the process. Any number of threads parse with it.
/// </summary>
internal sealed partial class LiquidGrammar : FluidParser
{
    private const int MaxFilters = 50;

    private static readonly string[] ForbiddenTags = ["include", "render", "liquid", "tablerow", "ifchanged"];

    private readonly Parser<Expression> _condition;

    private LiquidGrammar()
    {
        foreach (var tag in ForbiddenTags)
        {
            RegisteredTags.Remove(tag);
        }

        RegisteredTags["capture"] = RegisteredTags["capture"].Then<Statement>(tag => new BoundedCapture((CaptureStatement)tag));
        RegisteredTags["for"] = RegisteredTags["for"].Then<Statement>((context, start, _, tag) => Bounded(context, start, (ForStatement)tag));
        foreach (var kind in BlockKind.All)
        {
            RegisteredTags[kind.Tag] = ArgumentsList.AndSkip(TagEnd).Then<Statement>(
                (context, start, _, arguments) => BlockStatement.Read(kind, arguments, context.Scanner.Buffer, Start(context, start)));
        }

        Primary.Parser = new Nested<Expression>(Primary.Parser!).Then(Placed);
        FilterExpression.Parser = FilterExpression.Parser!.Then(Known);
        AnyTagsList.Parser = new Nested<IReadOnlyList<Statement>>(AnyTagsList.Parser!);
        _condition = LogicalExpression.Eof();
    }

    public static LiquidGrammar Instance { get; } = new();

    /// <exception cref="TemplateSyntaxException">It is no template.</exception>
    public FluidTemplate ParseTemplate(string text) => new(Parse(Grammar, text));

    /// <summary>What may stand in an <c>if</c> tag.</summary>
    /// <exception cref="TemplateSyntaxException">It is no condition.</exception>
    public Expression ParseCondition(string text) => Parse(_condition, text);

    private static T Parse<T>(Parser<T> parser, string text)
    {
        try
        {
            var context = new NestedParseContext(text);
            if (parser.TryParse(context, out var parsed, out var error) && context.Scanner.Cursor.Eof)
            {
                return parsed;
            }

            var position = error?.Position ?? context.Scanner.Cursor.Position;
            throw new TemplateSyntaxException(error?.Message ?? "This is not understood", position.Line, position.Column);
        }
        catch (Parlot.ParseException error)
        {
            throw new TemplateSyntaxException(error.Message, error.Position.Line, error.Position.Column);
        }
        catch (Fluid.ParseException error)
        {
            throw Placed(error);
        }
    }

    /// <summary>Fluid's own errors have their position in the text only.</summary>
    private static TemplateSyntaxException Placed(Fluid.ParseException error)
    {
        var match = PositionAtEnd().Match(error.Message);
        return match.Success
            ? new TemplateSyntaxException(error.Message[..match.Index], Integer(match.Groups[1]), Integer(match.Groups[2]))
            : new TemplateSyntaxException(error.Message, 1, 1);
    }

    private static int Integer(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static Expression Placed(ParseContext context, int start, int end, Expression expression) => Placed(expression, Start(context, start));

    private static Expression Placed(Expression expression, int offset) => expression switch
    {
        MemberExpression member => new PlacedVariable(member, offset),
        RangeExpression range => Bounded(range, offset),
        _ => expression,
    };

    private static RangeExpression Bounded(RangeExpression range, int offset)
    {
        var (from, to) = (Placed(range.From, offset), Placed(range.To, offset));
        return new RangeExpression(from, new RangeEnd(from, to));
    }

    /// <summary>What a loop goes through is read by a rule of its own.</summary>
    private static ForStatement Bounded(ParseContext context, int start, ForStatement loop)
    {
        var source = Start(context, Start(context, Start(context, start) + loop.Identifier.Length) + "in".Length);
        return new ForStatement(loop.Statements, loop.Identifier, Placed(loop.Source, source), loop.Limit, loop.Offset, loop.Reversed, loop.Else);
    }

    /// <summary>Refuses filters that do not exist, which Fluid would pass over in silence.</summary>
    private static Expression Known(ParseContext context, int start, int end, Expression expression)
    {
        var count = 0;
        for (var filter = expression as FilterExpression; filter is not null; filter = filter.Input as FilterExpression)
        {
            if (++count > MaxFilters)
            {
                throw Error(context, start, $"At most {MaxFilters} filters can follow one another");
            }

            if (!TemplateFilters.IsKnown(filter.Name))
            {
                var use = Regex.Match(context.Scanner.Buffer[start..], $@"\|\s*(?={Regex.Escape(filter.Name)}\b)");
                throw Error(context, start + use.Index + use.Length, $"Unknown filter '{filter.Name}'");
            }
        }

        return expression;
    }

    private static int Start(ParseContext context, int offset)
    {
        var text = context.Scanner.Buffer;
        while (offset < text.Length && char.IsWhiteSpace(text[offset]))
        {
            offset++;
        }

        return offset;
    }

    private static TemplateSyntaxException Error(ParseContext context, int offset, string message) =>
        TemplateSyntaxException.At(context.Scanner.Buffer, offset, message);

    [GeneratedRegex(@" at \((\d+):(\d+)\)$")]
    private static partial Regex PositionAtEnd();

    /// <summary>Counts how deep the parser is.</summary>
    private sealed class NestedParseContext(string text) : FluidParseContext(text)
    {
        public int Depth { get; set; }
    }

    /// <summary>A rule that contains itself.</summary>
    private sealed class Nested<T>(Parser<T> inner) : Parser<T>
    {
        // Blocks and indexers together; people need three or four.
        private const int MaxDepth = 16;

        public override bool Parse(ParseContext context, ref Parlot.ParseResult<T> result)
        {
            var nested = (NestedParseContext)context;
            if (nested.Depth == MaxDepth)
            {
                throw LiquidGrammar.Error(context, context.Scanner.Cursor.Offset, $"Tags and indexers can be nested {MaxDepth} deep");
            }

            nested.Depth++;
            try
            {
                return inner.Parse(context, ref result);
            }
            finally
            {
                nested.Depth--;
            }
        }
    }
}
