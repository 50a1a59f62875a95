using Fluid;
using Fluid.Parser;
using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>A Liquid template that was read once; any number of threads render it.</summary>
internal sealed class TemplateText
{
    private readonly FluidTemplate _template;
    private readonly string? _plain;
    private readonly string _param;

    private TemplateText(string text, string param)
    {
        _param = param;
        _template = LiquidGrammar.Instance.ParseTemplate(text);
        _plain = _template.Statements is [] ? "" : text.Contains('{', StringComparison.Ordinal) ? null : text;
        (Variables, Blocks) = TemplateUse.Of(_template);
    }

    /// <summary>What it takes from its scope, in the order of the template.</summary>
    public IReadOnlyList<PlacedVariable> Variables { get; }

    /// <summary>What it has looked up.</summary>
    public IReadOnlyList<BlockStatement> Blocks { get; }

    /// <param name="text">The template.</param>
    /// <param name="param">The field it stands in, for errors.</param>
    /// <param name="names">What it may use.</param>
    /// <param name="takesBlocks">Whether it may have things looked up.</param>
    /// <exception cref="ApiException">It is no template, or uses other names (400, with line and column).</exception>
    public static TemplateText Compile(string text, string param, IReadOnlySet<string> names, bool takesBlocks = false)
    {
        try
        {
            var template = new TemplateText(text, param);
            Check(text, template.Variables, names);
            if (!takesBlocks && template.Blocks is [var block, ..])
            {
                throw TemplateSyntaxException.At(text, block.Offset, $"'{block.Tag}' stands in messages only");
            }

            return template;
        }
        catch (TemplateSyntaxException error)
        {
            throw Refused(error, param);
        }
    }

    /// <summary>With a budget of its own.</summary>
    /// <exception cref="ApiException">It goes beyond a limit, or a filter cannot take its input (400).</exception>
    public string Render(TemplateScope scope) => Render(scope, new RenderingBudget());

    /// <exception cref="ApiException">It goes beyond a limit, or a filter cannot take its input (400).</exception>
    public string Render(TemplateScope scope, RenderingBudget budget)
    {
        if (_plain is not null)
        {
            return _plain;
        }

        using var output = new BoundedOutput(budget);
        var context = new RenderingContext(scope, budget);
        try
        {
            TemplateFailure.Wait(_template.RenderAsync(output, NullEncoder.Default, context));
            return output.ToString();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw TemplateFailure.Of(error, context, _param);
        }
    }

    internal static void Check(string text, IEnumerable<PlacedVariable> variables, IReadOnlySet<string> names)
    {
        if (variables.FirstOrDefault(variable => !names.Contains(variable.Path[0])) is { } unknown)
        {
            throw TemplateSyntaxException.At(text, unknown.Offset, $"'{unknown.Path[0]}' is not declared in variables");
        }
    }

    internal static ApiException Refused(TemplateSyntaxException error, string param) => new(ApiErrors.BadRequest(
        $"{param}: line {error.Line}, column {error.Column}: {error.Message}.", param, "invalid_template"));
}
