namespace LlmGateway.Statistics;

/// <summary>An estimate with its interval, and how much of it there is in a sum; the weight may be negative.</summary>
public readonly record struct WeightedEstimate(double Weight, double Value, Interval Interval);
