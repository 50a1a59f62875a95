using System.Collections.Frozen;
using LlmGateway.Gateway.Guardrails.Checks;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Routes;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>One project's guardrails in order.</summary>
internal sealed class ProjectGuardrails(IReadOnlyList<CompiledGuardrail> inOrder)
{
    private static readonly FrozenSet<string> NoNames = FrozenSet<string>.Empty;

    /// <summary>Whether it makes a difference where calls may go.</summary>
    private readonly bool _nameModels = inOrder.Any(guardrail => guardrail.Definition.AppliesTo.Models is { Count: > 0 });

    public IReadOnlyList<CompiledGuardrail> InOrder { get; } = inOrder;

    /// <summary>Those that hold for a request, wherever it may be sent: no fallback gets what must not go there. And whether any may hold for its answer.</summary>
    public (GuardrailSet Input, bool MayCheckAnswer) ForRequest(InferenceCall call, RouteReach reach)
    {
        var covering = Covering(call, _nameModels ? reach.Of(call) : NoNames);
        return (
            new GuardrailSet(At(covering, GuardrailStage.Input)),
            HasCheckedAnswer(call) && Array.Exists(covering, guardrail => guardrail.Definition.Stage.HasFlag(GuardrailStage.Output)));
    }

    /// <summary>Those that hold for an answer, by the deployment that gives it.</summary>
    public GuardrailSet ForAnswer(InferenceCall call) => HasCheckedAnswer(call)
        ? new GuardrailSet(At(Covering(call, _nameModels ? RouteReach.OfAnswer(call) : NoNames), GuardrailStage.Output))
        : GuardrailSet.None;

    public static CompiledGuardrail[] At(IEnumerable<CompiledGuardrail> guardrails, GuardrailStage stage) =>
        [.. guardrails.Where(guardrail => (guardrail.Definition.Stage & stage) != 0)];

    private static bool HasCheckedAnswer(InferenceCall call) => call.Operation != Operation.Embeddings;

    private CompiledGuardrail[] Covering(InferenceCall call, IReadOnlySet<string> names) =>
        [.. InOrder.Where(guardrail => guardrail.Definition.AppliesTo.Covers(call, names) && MayRun(guardrail, call.Caller))];

    /// <summary>A judge's calls are not judged, nor are those of other stages: there would be no end of it.</summary>
    private static bool MayRun(CompiledGuardrail guardrail, Caller caller) =>
        guardrail.Text is not JudgeCheck || caller.Purpose == Caller.Production;
}
