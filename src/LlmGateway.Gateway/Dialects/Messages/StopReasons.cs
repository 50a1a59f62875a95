namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>Why a model stopped, in both APIs' words.</summary>
internal static class StopReasons
{
    /// <summary>Anthropic's as OpenAI's.</summary>
    public static string ToFinishReason(string? stopReason) => stopReason switch
    {
        "max_tokens" or "model_context_window_exceeded" => "length",
        "tool_use" => "tool_calls",
        "refusal" => "content_filter",
        _ => "stop",
    };

    /// <summary>OpenAI's as Anthropic's.</summary>
    /// <param name="finishReason">Some servers say <c>stop</c> behind tool calls too.</param>
    /// <param name="callsTools">Whether the answer has tool calls.</param>
    public static string FromFinishReason(string? finishReason, bool callsTools) => finishReason switch
    {
        "length" => "max_tokens",
        "content_filter" => "refusal",
        "tool_calls" or "function_call" => "tool_use",
        _ => callsTools ? "tool_use" : "end_turn",
    };
}
