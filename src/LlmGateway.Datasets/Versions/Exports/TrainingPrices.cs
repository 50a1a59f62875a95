using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace LlmGateway.Datasets.Versions.Exports;

/// <summary>What is known of training a model.</summary>
/// <param name="UsdPerMillionTokens">USD for 1,000,000 tokens that are trained on, each epoch counted; null for unknown.</param>
/// <param name="ContextTokens">Longest example; null for unknown.</param>
internal sealed record TrainingPrice(decimal? UsdPerMillionTokens, int? ContextTokens)
{
    /// <summary>USD for so many tokens, each epoch counted; null for unknown.</summary>
    public decimal? CostUsd(long tokens) => UsdPerMillionTokens is { } usd ? decimal.Round(tokens * usd / 1_000_000, 6) : null;
}

/// <summary>
/// Prices of training: what <see cref="TrainingOptions"/> says, else OpenAI's list prices of supervised and preference fine-tuning
/// as remembered on 2025-08-01 (<see href="https://openai.com/api/pricing/"/>); check them before relying on them. Training by
/// reinforcement is billed by the hour, not by these.
/// </summary>
internal sealed partial class TrainingPrices(IOptionsMonitor<TrainingOptions> options)
{
    private static readonly Dictionary<string, TrainingPrice> Published = new(StringComparer.Ordinal)
    {
        ["gpt-4.1"] = new(25m, 65_536),
        ["gpt-4.1-mini"] = new(5m, 65_536),
        ["gpt-4.1-nano"] = new(1.5m, 65_536),
        ["gpt-4o"] = new(25m, 65_536),
        ["gpt-4o-mini"] = new(3m, 65_536),
        ["gpt-3.5-turbo"] = new(8m, 16_385),
        ["davinci-002"] = new(6m, 16_384),
        ["babbage-002"] = new(0.4m, 16_384),
    };

    /// <summary>The same for a way of training: by reinforcement no tokens are billed.</summary>
    public TrainingPrice Find(string model, ItemNeed? need) =>
        need == ItemNeed.Reinforcement ? Find(model) with { UsdPerMillionTokens = null } : Find(model);

    /// <summary>What is known of a model: with its date or without, with a provider before it, or fine-tuned already.</summary>
    public TrainingPrice Find(string model)
    {
        var name = BareName(model);
        var known = Published.GetValueOrDefault(name) ?? Published.GetValueOrDefault(WithoutDate(name)) ?? new TrainingPrice(null, null);
        var configured = options.CurrentValue.TrainingPrices;
        foreach (var candidate in new[] { model, name, WithoutDate(name) })
        {
            if (configured.TryGetValue(candidate, out var price))
            {
                return known with { UsdPerMillionTokens = price };
            }
        }

        return known;
    }

    /// <summary><c>gpt-4o-mini</c> of <c>openai/gpt-4o-mini</c> and of <c>ft:gpt-4o-mini:org::id</c>.</summary>
    private static string BareName(string model)
    {
        var name = model[(model.LastIndexOf('/') + 1)..];
        return name.StartsWith("ft:", StringComparison.Ordinal) ? name.Split(':')[1] : name;
    }

    private static string WithoutDate(string name) => Snapshot().Replace(name, "");

    /// <summary>A snapshot costs what its model does: <c>-2025-04-14</c> and <c>-0125</c> say only which.</summary>
    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{4})$")]
    private static partial Regex Snapshot();
}
