using LlmGateway.Benchmarks.Gateway.Load;

namespace LlmGateway.Benchmarks.Gateway;

/// <summary>What many streams at once did.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Result">Times to the first chunk.</param>
/// <param name="PeakMemory">The server's, in bytes.</param>
internal sealed record StreamRow(string Name, LoadResult Result, long PeakMemory);
