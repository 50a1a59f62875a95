namespace LlmGateway.Benchmarks.Local;

/// <summary>A row of the table.</summary>
/// <param name="Goal">What bare trials reached; null where there was none.</param>
internal sealed record Measure(string Data, string What, Interval Result, double? Goal = null);
