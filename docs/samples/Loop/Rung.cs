using System.Text.Json.Nodes;

namespace Loop;

/// <summary>A technique and what it was worth on the held-out questions.</summary>
/// <param name="Technique">The way of asking.</param>
/// <param name="Accuracy">Its share of right answers, with Wilson's interval.</param>
/// <param name="Gain">What it has over the rung below; null for the lowest.</param>
internal sealed record Rung(Technique Technique, Estimate Accuracy, Gain? Gain);

/// <summary>A rung less the one below it, over the same questions.</summary>
/// <param name="Difference">Of the accuracies, with Newcombe's paired interval.</param>
/// <param name="PValue">Of the exact McNemar test.</param>
internal sealed record Gain(Estimate Difference, double PValue);

/// <summary>A figure with its 95 % interval.</summary>
internal sealed record Estimate(double Value, double Low, double High)
{
    public static Estimate Read(JsonNode json) => new(json["value"]!.GetValue<double>(), json["low"]!.GetValue<double>(), json["high"]!.GetValue<double>());
}
