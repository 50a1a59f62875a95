using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Evals;

/// <summary>p values as reports write them.</summary>
internal static class Chance
{
    private const double Least = 0.0001;

    public static string Read(double? p) => p < Least ? "< 0.0001" : Figures.Number(p, "0.0000");
}
