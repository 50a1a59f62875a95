namespace LlmGateway.Evaluation.Graders.Formulas;

/// <summary>The functions that OpenAI's formulas know.</summary>
internal static class FormulaFunctions
{
    private static readonly Dictionary<string, FormulaFunction> All = new()
    {
        ["min"] = new(values => values.Min(), TakesMany: true),
        ["max"] = new(values => values.Max(), TakesMany: true),
        ["abs"] = new(values => Math.Abs(values[0])),
        ["floor"] = new(values => Math.Floor(values[0])),
        ["ceil"] = new(values => Math.Ceiling(values[0])),
        ["exp"] = new(values => Math.Exp(values[0])),
        ["sqrt"] = new(values => Math.Sqrt(values[0])),
        ["log"] = new(values => Math.Log(values[0])),
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    public static FormulaFunction? Find(string name) => All.GetValueOrDefault(name);
}

/// <summary>A function of one value, or of as many as there are.</summary>
internal sealed record FormulaFunction(Func<double[], double> Of, bool TakesMany = false);
