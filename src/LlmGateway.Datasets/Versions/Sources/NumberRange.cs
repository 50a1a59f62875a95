using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Bounds, both inclusive; null for none.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NumberRange(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Min,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Max)
{
    /// <summary>A day in milliseconds, and as much in dollars, is far beyond any call.</summary>
    private const double Largest = 86_400_000;

    /// <exception cref="ApiException">A bound is out of range, or the lower one is above the other (400).</exception>
    public void Check(string param)
    {
        if (Min is < 0 or > Largest || Max is < 0 or > Largest)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid '{param}': expected numbers from 0 to {Largest}.", param));
        }

        if (Min > Max)
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid '{param}': 'min' is above 'max'.", param));
        }
    }

    /// <summary>The bounds in a smaller unit.</summary>
    /// <param name="units">How many of them there are in one.</param>
    public (long? Min, long? Max) In(double units) => (ToUnits(Min, units), ToUnits(Max, units));

    private static long? ToUnits(double? bound, double units) => bound is { } number ? (long)Math.Round(number * units) : null;
}
