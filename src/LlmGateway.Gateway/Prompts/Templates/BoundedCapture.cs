using System.Text.Encodings.Web;
using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>A <c>capture</c> tag whose text counts: by Fluid's own, a few lines that capture what they captured before fill the memory.</summary>
internal sealed class BoundedCapture(CaptureStatement capture) : TagStatement(capture.Statements)
{
    public string Identifier { get; } = capture.Identifier;

    public override async ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
    {
        using var text = new BoundedOutput(((RenderingContext)context).Budget);
        var completion = await Statements.RenderStatementsAsync(text, encoder, context);
        context.SetValue(Identifier, StringValue.Create(text.ToString()));
        return completion;
    }
}
