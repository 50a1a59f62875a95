using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>One project's guardrails in order.</summary>
internal sealed class ProjectGuardrails(IReadOnlyList<CompiledGuardrail> inOrder)
{
    public IReadOnlyList<CompiledGuardrail> InOrder { get; } = inOrder;

    /// <summary>Those that hold for a call.</summary>
    public (GuardrailSet Input, GuardrailSet Output) For(InferenceCall call)
    {
        CompiledGuardrail[] covering = [.. InOrder.Where(guardrail => guardrail.Definition.AppliesTo.Covers(call) && MayRun(guardrail, call.Caller))];
        return (
            new GuardrailSet(At(covering, GuardrailStage.Input)),
            call.Operation == Operation.Embeddings ? GuardrailSet.None : new GuardrailSet(At(covering, GuardrailStage.Output)));
    }

    public static CompiledGuardrail[] At(IEnumerable<CompiledGuardrail> guardrails, GuardrailStage stage) =>
        [.. guardrails.Where(guardrail => (guardrail.Definition.Stage & stage) != 0)];

    /// <summary>A judge's calls are not judged, nor are those of other stages: there would be no end of it.</summary>
    private static bool MayRun(CompiledGuardrail guardrail, Caller caller) =>
        guardrail.Text is not JudgeCheck || caller.Purpose == Caller.Production;
}
