using LlmGateway.Schemas;

namespace LlmGateway.Gateway.Structured;

/// <summary>What a model is told of its wrong answer.</summary>
/// <param name="Answer">What it wrote.</param>
/// <param name="Errors">What is wrong with it.</param>
internal sealed record AnswerCorrection(string Answer, IReadOnlyList<SchemaError> Errors);
