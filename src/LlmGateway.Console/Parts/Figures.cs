using System.Globalization;

namespace LlmGateway.Console.Parts;

/// <summary>Figures as a person reads them. What nobody knows is a dash, never a zero.</summary>
internal static class Figures
{
    public const string Unknown = "–";
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Count(long? count) => count?.ToString("N0", Culture) ?? Unknown;

    /// <summary>Dollars, with as many places as its size needs.</summary>
    public static string Usd(double? usd) => usd switch
    {
        null => Unknown,
        < 0 => $"−{Usd(-usd)}",
        0 => "$0",
        < 0.000001 => "<$0.000001",
        { } value when value < 0.01 => "$" + value.ToString("0.######", Culture),
        { } value => "$" + value.ToString("N2", Culture),
    };

    public static string Milliseconds(double? milliseconds) => milliseconds switch
    {
        null => Unknown,
        < 0 => $"−{Milliseconds(-milliseconds)}",
        < 1 => string.Create(Culture, $"{milliseconds:0.0} ms"),
        < 1000 => string.Create(Culture, $"{milliseconds:0} ms"),
        < 60_000 => string.Create(Culture, $"{milliseconds / 1000:0.0} s"),
        < 3_600_000 => string.Create(Culture, $"{milliseconds / 60_000:0.0} min"),
        _ => string.Create(Culture, $"{milliseconds / 3_600_000:0.0} h"),
    };

    /// <summary>A share from 0 to 1.</summary>
    public static string Percent(double? share) => share?.ToString("0.0 %", Culture) ?? Unknown;

    public static string Number(double? number, string format = "0.####") => number?.ToString(format, Culture) ?? Unknown;

    public static string Bytes(long? bytes) => bytes switch
    {
        null => Unknown,
        < 1 << 10 => string.Create(Culture, $"{bytes} B"),
        < 1 << 20 => string.Create(Culture, $"{bytes / 1024.0:0.#} kB"),
        _ => string.Create(Culture, $"{bytes / 1048576.0:0.#} MB"),
    };
}
