using LlmGateway.Console.Parts;

namespace LlmGateway.Console.FineTuning;

/// <summary>A line of measured values that never has more points than can be seen: of too many, neighbours become their mean.</summary>
internal sealed class Curve
{
    private const int Most = 400;
    private readonly List<ChartPoint> _points = [];
    private int _each = 1;
    private int _pending;
    private double _sum;
    private double _last;

    public IReadOnlyList<ChartPoint> Points => _pending == 0 ? [.. _points] : [.. _points, new ChartPoint(_last, _sum / _pending)];

    public void Add(double x, double? y)
    {
        if (y is not { } value || !double.IsFinite(value))
        {
            return;
        }

        (_last, _sum, _pending) = (x, _sum + value, _pending + 1);
        if (_pending < _each)
        {
            return;
        }

        _points.Add(new ChartPoint(x, _sum / _pending));
        (_sum, _pending) = (0, 0);
        if (_points.Count == Most)
        {
            Halve();
        }
    }

    private void Halve()
    {
        var pairs = _points.Chunk(2).Select(pair => new ChartPoint(pair[^1].X, pair.Average(point => point.Y))).ToList();
        _points.Clear();
        _points.AddRange(pairs);
        _each *= 2;
    }
}
