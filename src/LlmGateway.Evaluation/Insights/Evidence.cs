namespace LlmGateway.Evaluation.Insights;

/// <summary>What was measured of an item. Null is what was not measured, or could not be.</summary>
/// <param name="PersonAccepts">Whether a person holds the answer for right.</param>
/// <param name="GoldInContext">Whether every gold passage was in the prompt.</param>
/// <param name="HasFormat">Whether the answer has the form asked for.</param>
/// <param name="HasFormatWhenAsked">The same of the answer that was asked for with the form.</param>
/// <param name="PassesWith">Whether it passes with each probe that was run.</param>
internal sealed record Evidence(
    bool? PersonAccepts, bool? GoldInContext, bool? HasFormat, bool? HasFormatWhenAsked, IReadOnlyDictionary<string, bool?> PassesWith)
{
    public bool? Outcome(string probe) => PassesWith.GetValueOrDefault(probe);

    public bool Passes(string probe) => Outcome(probe) == true;
}
