namespace LlmGateway.Benchmarks.Local;

/// <summary>A row of the table. Its goal is what bare trials reached; null where there was none.</summary>
internal sealed record Measure(string Data, string What, Interval Result, double? Goal = null);
