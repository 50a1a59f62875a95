using LlmGateway.Service;

namespace LlmGateway.Evaluation.Graders.Formulas;

/// <summary>
/// OpenAI's <c>calculate_output</c>: numbers, names of scores, <c>+ - * / ^</c>, parentheses, and the functions <c>min</c>, <c>max</c>,
/// <c>abs</c>, <c>floor</c>, <c>ceil</c>, <c>exp</c>, <c>sqrt</c> and <c>log</c>, which is the natural one.
/// </summary>
internal sealed class Formula
{
    private readonly Func<IReadOnlyDictionary<string, double>, double> _value;

    private Formula(Func<IReadOnlyDictionary<string, double>, double> value) => _value = value;

    /// <param name="text">The formula.</param>
    /// <param name="names">The scores that it may name.</param>
    /// <param name="field">The request's field that holds it, for messages.</param>
    /// <exception cref="ApiException">It is malformed, or names what is not there (400, with the position).</exception>
    public static Formula Parse(string text, IReadOnlyCollection<string> names, string field) => new(new FormulaParser(text, names, field).Parse());

    /// <returns>Not finite where the formula has no value, such as for a division by zero.</returns>
    public double Evaluate(IReadOnlyDictionary<string, double> scores) => _value(scores);
}
