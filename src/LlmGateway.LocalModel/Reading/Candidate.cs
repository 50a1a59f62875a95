namespace LlmGateway.LocalModel;

/// <summary>A possible answer and how well it fits; higher is better.</summary>
internal readonly record struct Candidate(string Text, double Score);
