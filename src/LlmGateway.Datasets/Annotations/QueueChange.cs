using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Annotations;

/// <summary>The body that changes the given fields of a queue; how items are answered never changes.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record QueueChange(string? Name, string? Rubric, int? ReservationMinutes)
{
    private const int MaxNameLength = 200;
    private const int MaxRubricLength = 20_000;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check()
    {
        CheckTexts(Name, Rubric);
        CheckRange(ReservationMinutes, QueueRequest.MaxMinutes, "reservation_minutes");
    }

    public static void CheckTexts(string? name, string? rubric)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Contains('\0', StringComparison.Ordinal)))
        {
            throw Bad($"Invalid 'name': expected 1 to {MaxNameLength} characters.", "name");
        }

        if (rubric is not null && (rubric.Length > MaxRubricLength || rubric.Contains('\0', StringComparison.Ordinal)))
        {
            throw Bad($"Invalid 'rubric': expected at most {MaxRubricLength} characters.", "rubric");
        }
    }

    public static void CheckRange(int? value, int max, string param)
    {
        if (value < 1 || value > max)
        {
            throw Bad($"Invalid '{param}': expected an integer from 1 to {max}.", param);
        }
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
