namespace LlmGateway.LocalModel;

/// <summary>A worked example in a prompt.</summary>
internal readonly record struct Example(string Input, string Output);
