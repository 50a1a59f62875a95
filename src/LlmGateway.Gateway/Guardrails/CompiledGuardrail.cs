using LlmGateway.Gateway.Guardrails.Checks;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>A guardrail ready to check; exactly one of its three checks is there.</summary>
/// <param name="Name">Its name, by which callers learn of it.</param>
/// <param name="Source">The row's definition.</param>
/// <param name="Definition">What follows.</param>
internal sealed record CompiledGuardrail(string Name, string Source, GuardrailDefinition Definition)
{
    /// <summary>Its rule's type.</summary>
    public required string Type { get; init; }

    public ISpanCheck? Spans { get; init; }

    public LengthRule? Length { get; init; }

    public ITextCheck? Text { get; init; }

    public bool Blocks => Definition.Action == GuardrailAction.Block;

    public bool Masks => Definition.Action == GuardrailAction.Mask;
}
