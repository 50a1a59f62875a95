using System.Globalization;

namespace LlmGateway.Gateway.Pricing;

/// <summary>Money as records and rows hold it: whole nano-dollars, 1e-9 USD.</summary>
internal static class NanoUsd
{
    private const decimal PerUsd = 1_000_000_000m;

    /// <summary>Null stays null: unknown is not zero.</summary>
    public static decimal? ToUsd(long? nano) => nano / PerUsd;

    /// <summary>Cut off below a nano-dollar.</summary>
    public static long? OfUsd(decimal? usd) => (long?)(usd * PerUsd);

    /// <summary>Rounded to the nearest nano-dollar.</summary>
    public static long Round(decimal usd) => (long)Math.Round(usd * PerUsd, MidpointRounding.AwayFromZero);

    /// <summary>In USD, with as many places as it has.</summary>
    public static string Format(long nano) => (nano / PerUsd).ToString("0.#########", CultureInfo.InvariantCulture);
}
