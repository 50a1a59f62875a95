namespace LlmGateway.Console.Parts;

/// <summary>A figure with its interval of 95 %, as the API tells it; null where there is none.</summary>
public sealed record Measured(double? Value, double? Low, double? High)
{
    /// <summary>The formats of a figure, and of a difference, whose sign is always there.</summary>
    public const string Plain = "0.000";

    /// <inheritdoc cref="Plain"/>
    public const string Difference = "+0.000;−0.000;0.000";

    /// <inheritdoc cref="Plain"/>
    public const string MillisecondsDifference = "+0.0 ms;−0.0 ms;0 ms";

    /// <inheritdoc cref="Plain"/>
    public const string UsdDifference = "+$0.00000#;−$0.00000#;$0";

    public Estimate As(string name) => new(name, Value, Low, High);

    public string Read(string format = Plain) => Value is null ? Low is null || High is null ? Figures.Unknown : $"[{Figures.Number(Low, format)}, {Figures.Number(High, format)}]"
        : Low is null || High is null ? Figures.Number(Value, format)
        : $"{Figures.Number(Value, format)} [{Figures.Number(Low, format)}, {Figures.Number(High, format)}]";
}

/// <summary>Why something failed, in the API's words.</summary>
public sealed record Fault(string Code, string Message);
