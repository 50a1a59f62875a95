namespace LlmGateway.Gateway;

/// <summary>What becomes of a parameter that a provider's API has no counterpart for, where a call is translated.</summary>
public enum UnsupportedParameters
{
    /// <summary>It is left out and named in <c>x-llmgateway-dropped-params</c>.</summary>
    Drop,

    /// <summary>The call is refused: 400 <c>unsupported_parameter</c>.</summary>
    Refuse,
}
