using System.Text.Json;

namespace LlmGateway.Gateway.Dialects.Messages;

/// <summary>How <c>reasoning_effort</c> is said to a model of Anthropic's: a budget of tokens, or an effort that it adapts itself to.</summary>
/// <param name="IsOff">The caller wants none.</param>
/// <param name="Budget">Tokens for thinking; null where there is no budget.</param>
/// <param name="Effort">Anthropic's effort; null where there is a budget.</param>
internal sealed record ThinkingPlan(bool IsOff, int? Budget, string? Effort)
{
    /// <summary>The smallest budget that the API takes.</summary>
    private const int MinBudget = 1024;

    /// <summary>What of the caller's limit thinking may take: the rest is for the answer.</summary>
    private const double MaxShare = 0.8;

    /// <summary>Whether the model will think.</summary>
    public bool Thinks => !IsOff;

    /// <param name="effort">OpenAI's.</param>
    /// <param name="model">The model.</param>
    /// <param name="limit">The caller's limit of the answer's tokens; null where there is none.</param>
    /// <returns>Null where the limit leaves no room for it.</returns>
    public static ThinkingPlan? For(string effort, ClaudeModel model, long? limit)
    {
        if (effort == "none")
        {
            return new ThinkingPlan(true, null, null);
        }

        if (model.ThinksAdaptively)
        {
            return new ThinkingPlan(false, null, effort switch
            {
                "minimal" or "low" => "low",
                "medium" => "medium",
                "xhigh" when model.HasExtraHigh => "xhigh",
                "xhigh" or "max" => "max",
                _ => "high",
            });
        }

        var budget = effort switch { "minimal" => MinBudget, "low" => 2048, "medium" => 8192, "high" => 16384, _ => 32768 };
        budget = limit is { } most ? (int)Math.Min(budget, most * MaxShare) : budget;
        return budget >= MinBudget ? new ThinkingPlan(false, budget, null) : null;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("thinking");
        json.WriteString("type", IsOff ? "disabled" : Budget is null ? "adaptive" : "enabled");
        json.WriteKnown("budget_tokens", Budget);
        if (Effort is not null)
        {
            // The newest models leave the text out unless they are asked for it.
            json.WriteString("display", "summarized");
        }

        json.WriteEndObject();
    }
}
