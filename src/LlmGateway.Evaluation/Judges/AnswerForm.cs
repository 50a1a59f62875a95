using System.Text.Json;

namespace LlmGateway.Evaluation.Judges;

/// <summary>The JSON that a judge is asked to answer with.</summary>
/// <param name="Shape">As the judge is told it.</param>
/// <param name="Parse">Reads such an object; null for one that is not what was asked for.</param>
internal sealed record AnswerForm<T>(string Shape, Func<JsonElement, T?> Parse)
    where T : class
{
    /// <summary>Told together with what is asked.</summary>
    public string Instruction => $"Answer with one JSON object and nothing else: {Shape}";

    /// <summary>Models like to put words or fences around the object; null where there is none, or another one than was asked for.</summary>
    public T? Read(string answer)
    {
        var (open, close) = (answer.IndexOf('{', StringComparison.Ordinal), answer.LastIndexOf('}'));
        if (open < 0 || close < open)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(answer.AsMemory(open, close + 1 - open));
            return Parse(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Reads what judges write; what is not of the kind that was asked for is null.</summary>
internal static class AnswerMembers
{
    public static string? FindText(this JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool? FindTruth(this JsonElement answer, string name) => answer.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        }
        : null;

    public static int? FindWhole(this JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    /// <summary>The objects of a list; null where it is no list of objects.</summary>
    public static IReadOnlyList<JsonElement>? FindObjects(this JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.Object)
            ? [.. list.EnumerateArray()]
            : null;
}
