using Fluid.Ast;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>A Liquid condition, as in an <c>if</c> tag, that was read once; any number of threads evaluate it.</summary>
internal sealed class TemplateCondition
{
    private readonly Expression _condition;
    private readonly string _param;

    private TemplateCondition(string text, string param)
    {
        _param = param;
        _condition = LiquidGrammar.Instance.ParseCondition(text);
        Variables = TemplateUse.Of(_condition);
    }

    /// <summary>What it takes from its scope.</summary>
    public IReadOnlyList<PlacedVariable> Variables { get; }

    /// <param name="text">The condition, without a tag around it.</param>
    /// <param name="param">The field it stands in, for errors.</param>
    /// <param name="names">What it may use.</param>
    /// <exception cref="ApiException">It is no condition, or uses other names (400, with line and column).</exception>
    public static TemplateCondition Compile(string text, string param, IReadOnlySet<string> names)
    {
        try
        {
            var condition = new TemplateCondition(text, param);
            TemplateText.Check(text, condition.Variables, names);
            return condition;
        }
        catch (TemplateSyntaxException error)
        {
            throw TemplateText.Refused(error, param);
        }
    }

    /// <exception cref="ApiException">It goes beyond a limit (400).</exception>
    public bool IsTrue(TemplateScope scope)
    {
        var context = new RenderingContext(scope, new RenderingBudget());
        try
        {
            return _condition.EvaluateAsync(context).AsTask().GetAwaiter().GetResult().ToBooleanValue();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw TemplateFailure.Of(error, context, _param);
        }
    }
}
