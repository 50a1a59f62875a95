using System.Globalization;
using LlmGateway.Benchmarks.Gateway.Load;
using LlmGateway.Benchmarks.Gateway.Lone;
using LlmGateway.Benchmarks.Gateway.Servers;

namespace LlmGateway.Benchmarks.Gateway;

/// <summary>One way from the load to an answer, and what was measured on it.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Server">Where the load goes.</param>
/// <param name="Cached">The same request each time, for the cache.</param>
/// <param name="Governed">The gateway with everything on, when it is that.</param>
internal sealed record Row(string Name, ServerProcess Server, bool Cached, GovernedGateway? Governed = null)
{
    public Measures Small { get; } = new(1_000);

    public Measures Large { get; } = new(100_000);

    /// <summary>Milliseconds to the first chunk of a lone stream, a median a run.</summary>
    public Series FirstChunk { get; } = new();

    public LoadRequest Request(Measures measures) => Governed is { } governed
        ? LoadRequest.Chat(measures.BodyBytes, cached: Cached, key: governed.Key, model: GovernedGateway.Route)
        : LoadRequest.Chat(measures.BodyBytes, cached: Cached);
}

/// <summary>The series of one body size.</summary>
internal sealed record Measures(int BodyBytes)
{
    public Series PerSecond { get; } = new();

    /// <summary>Microseconds of the server's processors a request, at saturation.</summary>
    public Series ProcessorMicroseconds { get; } = new();

    /// <summary>Milliseconds at the fixed rate.</summary>
    public Series P50 { get; } = new();

    public Series P99 { get; } = new();

    public long Failures { get; set; }

    /// <summary>Calls that reached the upstream, per request; 0 for hits, 1 for the rest.</summary>
    public Series UpstreamShare { get; } = new();
}

/// <summary>One figure a run.</summary>
internal sealed class Series
{
    private readonly List<double> _values = [];

    public double Median => _values.Count == 0 ? double.NaN : _values.Order().ElementAt(_values.Count / 2);

    public double Least => _values.DefaultIfEmpty(double.NaN).Min();

    public double Most => _values.DefaultIfEmpty(double.NaN).Max();

    public void Add(double value) => _values.Add(value);

    /// <summary>The median with the least and the most.</summary>
    public string Spread(string format)
    {
        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Number(Median)} ({Number(Least)}–{Number(Most)})";
    }
}
