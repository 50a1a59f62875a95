using System.Text.Json.Serialization;

namespace LlmGateway.Evaluation.Models;

/// <summary>What calls of a model used. Tokens are null when the provider did not say.</summary>
internal sealed record ModelUsage(string Model, int Calls, long? PromptTokens, long? CompletionTokens, long? CachedTokens)
{
    [JsonIgnore]
    public long? TotalTokens => PromptTokens + CompletionTokens;

    public ModelUsage Plus(ModelUsage other) => this with
    {
        Calls = Calls + other.Calls,
        PromptTokens = PromptTokens + other.PromptTokens,
        CompletionTokens = CompletionTokens + other.CompletionTokens,
        CachedTokens = CachedTokens + other.CachedTokens,
    };
}
