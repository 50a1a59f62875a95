using LlmGateway.Evaluation.Graders.Formulas;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Tests.Graders;

public sealed class FormulaTests
{
    private static readonly Dictionary<string, double> Scores = new() { ["a"] = 0.5, ["b_2"] = 3 };

    [Theory]
    [InlineData("a", 0.5)]
    [InlineData("1 + 2 * b_2", 7)]
    [InlineData("(1 + 2) * b_2", 9)]
    [InlineData("10 - 2 - 3", 5)]
    [InlineData("8 / 2 / 2", 2)]
    [InlineData("-2^2", -4)]
    [InlineData("2^-1", 0.5)]
    [InlineData("2^3^2", 512)]
    [InlineData("--1 + +1", 2)]
    [InlineData("min(a, b_2, 0.25) + max(a, b_2)", 3.25)]
    [InlineData("abs(-a)+floor(1.7)+ceil(1.2)+sqrt(9)+exp(0)+log(1)", 7.5)]
    [InlineData("0.7*a + 0.3*(b_2 ^ 2)", 3.05)]
    public void A_formula_has_its_value(string text, double value) =>
        Assert.Equal(value, Formula.Parse(text, Scores.Keys, "f").Evaluate(Scores), 1e-12);

    [Theory]
    [InlineData("", "at character 1: a number, a name or '(' is wanted, and it ends")]
    [InlineData("1 +", "at character 4")]
    [InlineData("a b_2", "at character 3: an operator is wanted, and 'b' stands there")]
    [InlineData("(a", "at character 3: ')' is wanted")]
    [InlineData("a + c", "at character 5: 'c' is neither a grader (a, b_2) nor a function (min, max")]
    [InlineData("sqrt(a, 1)", "at character 1: 'sqrt' takes one value")]
    [InlineData("min", "'(' is wanted")]
    [InlineData("1.2.3", "'1.2.3' is no number")]
    [InlineData("a; import os", "at character 2")]
    public void A_malformed_one_is_refused_with_its_place(string text, string words) =>
        Assert.Contains(words, Assert.Throws<ApiException>(() => Formula.Parse(text, Scores.Keys, "f")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData('(')]
    [InlineData('-')]
    public void Nesting_is_bounded(char opening) => Assert.Contains(
        "nested more than 50 deep", Assert.Throws<ApiException>(() => Formula.Parse(new string(opening, 1000), [], "f")).Message, StringComparison.Ordinal);
}
