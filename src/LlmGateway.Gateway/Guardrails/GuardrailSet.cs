namespace LlmGateway.Gateway.Guardrails;

/// <summary>The guardrails that hold for a call at one stage, by how they check.</summary>
internal sealed class GuardrailSet
{
    public static readonly GuardrailSet None = new([]);

    public GuardrailSet(IReadOnlyList<CompiledGuardrail> inOrder)
    {
        IsEmpty = inOrder.Count == 0;
        Spans = [.. inOrder.Where(guardrail => guardrail.Spans is not null)];
        Lengths = [.. inOrder.Where(guardrail => guardrail.Length is not null)];
        Whole = [.. inOrder.Where(guardrail => guardrail.Text is { NeedsWhole: true })];
        Judging = [.. inOrder.Where(guardrail => guardrail.Text is { NeedsWhole: false } && !guardrail.Masks)];
        Rewriting = [.. inOrder.Where(guardrail => guardrail.Text is not null && guardrail.Masks)];
        CountsTokens = Lengths.Any(guardrail => guardrail.Length!.MaxTokens is not null);
    }

    public bool IsEmpty { get; }

    /// <summary>Those that find parts of a text, in order.</summary>
    public CompiledGuardrail[] Spans { get; }

    public CompiledGuardrail[] Lengths { get; }

    /// <summary>Those that can say nothing before they have the whole text.</summary>
    public CompiledGuardrail[] Whole { get; }

    /// <summary>Those that ask another program for a verdict; independent of each other.</summary>
    public CompiledGuardrail[] Judging { get; }

    /// <summary>Those that have another program change the text, in order.</summary>
    public CompiledGuardrail[] Rewriting { get; }

    public bool CountsTokens { get; }

    /// <summary>Whether another program is asked, which is worth it for whole sentences only.</summary>
    public bool AsksOthers => Judging.Length + Rewriting.Length > 0;
}
