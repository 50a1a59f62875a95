namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>What is wrong with a line.</summary>
internal sealed class LineException(string message) : Exception(message);
