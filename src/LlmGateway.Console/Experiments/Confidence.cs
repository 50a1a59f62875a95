using System.Globalization;
using LlmGateway.Console.Parts;

namespace LlmGateway.Console.Experiments;

/// <summary>Confidence sequences as lines with bands, by the units that were seen.</summary>
internal static class Confidence
{
    /// <param name="stages">The oldest first.</param>
    /// <param name="apart">Whether each stage is judged by itself, as a canary's; else all are one sequence.</param>
    public static List<ChartSeries> Draw(IReadOnlyList<ExperimentStage> stages, bool apart)
    {
        var lines = new Dictionary<string, List<ChartPoint>>(StringComparer.Ordinal);
        var before = 0L;
        foreach (var stage in stages)
        {
            foreach (var look in stage.Looks)
            {
                foreach (var interval in look.Intervals)
                {
                    var name = apart ? string.Create(CultureInfo.InvariantCulture, $"{interval.Treatment}, stage {stage.Stage}") : interval.Treatment;
                    var points = lines.TryGetValue(name, out var line) ? line : lines[name] = [];
                    points.Add(new ChartPoint(before + look.Units, interval.Difference, interval.Low, interval.High));
                }
            }

            before += stage.Units;
        }

        return [.. lines.Select(line => new ChartSeries(line.Key, line.Value))];
    }
}
