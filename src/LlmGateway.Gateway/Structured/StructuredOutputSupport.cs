namespace LlmGateway.Gateway.Structured;

/// <summary>How a model comes by an answer in the form that a request asks for.</summary>
public enum StructuredOutputSupport
{
    /// <summary>It understands <c>response_format</c> (of responses: <c>text.format</c>), which is passed on.</summary>
    Native,

    /// <summary>It does not: the schema goes into the prompt, and its answer is checked.</summary>
    Prompted,
}
