using LlmGateway.Gateway.Pricing;

namespace LlmGateway.Gateway.Limits;

/// <summary>What a call may come to, reckoned before it is made.</summary>
/// <param name="InputTokens">A quarter of the request's bytes, and no more than the model's window.</param>
/// <param name="OutputTokens">The most that the request allows, for all its choices; where it says none, a guess.</param>
/// <param name="IsGuess">Whether the output is the guess.</param>
internal readonly record struct CallEstimate(long InputTokens, long OutputTokens, bool IsGuess)
{
    /// <summary>Of English in JSON. Counting by vocabulary takes a millisecond for 100 KB, and the difference is settled a moment later.</summary>
    private const int BytesPerToken = 4;

    private const long MostChoices = 128;
    private const long MostTokens = 100_000_000;

    public long Tokens => InputTokens + OutputTokens;

    public static CallEstimate Of(InferenceCall call, PriceTable prices, LimitOptions options)
    {
        var window = prices.ContextTokens(call.Deployment!.Name) ?? MostTokens;
        var input = Math.Min(Math.Max(1, call.Request!.Length / BytesPerToken), window);
        if (!call.Operation.CanStream)
        {
            return new CallEstimate(input, 0, false);
        }

        var choices = Math.Clamp(call.Scan.Choices ?? 1, 1, MostChoices);
        return call.Scan.MaxOutputTokens is { } most
            ? new CallEstimate(input, Math.Min(most, MostTokens) * choices, false)
            : new CallEstimate(input, options.DefaultOutputTokens * choices, true);
    }

    /// <summary>Nano-dollars; null when the price is unknown.</summary>
    public long? Cost(string model, PriceTable prices) => prices.Cost(model, new TokenCounts(InputTokens, OutputTokens, null, null));

    /// <inheritdoc cref="Cost"/>
    public long? InputCost(string model, PriceTable prices) => prices.Cost(model, new TokenCounts(InputTokens, 0, null, null));
}
