namespace LlmGateway.Console.Parts;

/// <summary>A time as the API tells it. A type of its own, because Blazor draws a part anew only where its parameters may have changed, and how long ago does so by itself.</summary>
/// <param name="Seconds">Unix seconds; null where nobody knows.</param>
public readonly record struct UnixTime(double? Seconds)
{
    public static implicit operator UnixTime(double? seconds) => new(seconds);
}
