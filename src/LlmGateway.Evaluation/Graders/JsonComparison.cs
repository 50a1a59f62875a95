using System.Text.Json;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Compares two JSON values field by field. A field is what has no fields of its own: a text, number, truth value or null, or an empty
/// object or list.
/// </summary>
/// <param name="numberTolerance">How far numbers may differ and be equal.</param>
/// <param name="ignoreOrder">Whether an element of a list may stand at any place; each goes to the one that it shares most fields with.</param>
internal sealed class JsonComparison(double numberTolerance, bool ignoreOrder)
{
    /// <summary>Lists without order take time in the product of the fields.</summary>
    public const int MaxFields = 2000;

    /// <returns>A verdict on each field of either, in the reference's order.</returns>
    public List<FieldVerdict> Compare(JsonElement reference, JsonElement actual, string path = "$")
    {
        var verdicts = new List<FieldVerdict>();
        switch (reference.ValueKind, actual.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object) when !IsField(reference) || !IsField(actual):
                CompareObjects(reference, actual, path, verdicts);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array) when !IsField(reference) || !IsField(actual):
                CompareLists(reference, actual, path, verdicts);
                break;
            case var _ when IsField(reference) && IsField(actual):
                verdicts.Add(new FieldVerdict(path, AreEqual(reference, actual) ? FieldVerdict.Match : FieldVerdict.Different, reference, actual));
                break;
            default:
                AddAll(reference, path, FieldVerdict.Missing, verdicts);
                AddAll(actual, path, FieldVerdict.Extra, verdicts);
                break;
        }

        return verdicts;
    }

    /// <summary>How many fields a value has.</summary>
    public static int Count(JsonElement value) => value.ValueKind switch
    {
        _ when IsField(value) => 1,
        JsonValueKind.Object => value.EnumerateObject().Sum(member => Count(member.Value)),
        _ => value.EnumerateArray().Sum(Count),
    };

    private void CompareObjects(JsonElement reference, JsonElement actual, string path, List<FieldVerdict> verdicts)
    {
        foreach (var member in reference.EnumerateObject())
        {
            var at = $"{path}.{member.Name}";
            if (actual.TryGetProperty(member.Name, out var other))
            {
                verdicts.AddRange(Compare(member.Value, other, at));
            }
            else
            {
                AddAll(member.Value, at, FieldVerdict.Missing, verdicts);
            }
        }

        foreach (var member in actual.EnumerateObject().Where(member => !reference.TryGetProperty(member.Name, out _)))
        {
            AddAll(member.Value, $"{path}.{member.Name}", FieldVerdict.Extra, verdicts);
        }
    }

    private void CompareLists(JsonElement reference, JsonElement actual, string path, List<FieldVerdict> verdicts)
    {
        var left = actual.EnumerateArray().Select((element, index) => (Element: element, Index: index)).ToList();
        var index = 0;
        foreach (var element in reference.EnumerateArray())
        {
            var at = $"{path}[{index++}]";
            if (left.Count == 0)
            {
                AddAll(element, at, FieldVerdict.Missing, verdicts);
                continue;
            }

            var (place, compared) = ignoreOrder ? Closest(element, left, at) : (0, Compare(element, left[0].Element, at));
            verdicts.AddRange(compared);
            left.RemoveAt(place);
        }

        foreach (var (element, at) in left)
        {
            AddAll(element, $"{path}[{at}]", FieldVerdict.Extra, verdicts);
        }
    }

    private (int Place, List<FieldVerdict> Verdicts) Closest(JsonElement element, List<(JsonElement Element, int Index)> candidates, string path)
    {
        var (best, verdicts, most) = (0, new List<FieldVerdict>(), -1);
        for (var place = 0; place < candidates.Count; place++)
        {
            var compared = Compare(element, candidates[place].Element, path);
            var matches = compared.Count(verdict => verdict.Verdict == FieldVerdict.Match);
            if (matches > most)
            {
                (best, verdicts, most) = (place, compared, matches);
            }
        }

        return (best, verdicts);
    }

    private static void AddAll(JsonElement value, string path, string verdict, List<FieldVerdict> verdicts)
    {
        if (IsField(value))
        {
            verdicts.Add(verdict == FieldVerdict.Missing ? new FieldVerdict(path, verdict, value, null) : new FieldVerdict(path, verdict, null, value));
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                AddAll(member.Value, $"{path}.{member.Name}", verdict, verdicts);
            }
        }
        else
        {
            var index = 0;
            foreach (var element in value.EnumerateArray())
            {
                AddAll(element, $"{path}[{index++}]", verdict, verdicts);
            }
        }
    }

    private static bool IsField(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.GetPropertyCount() == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => true,
    };

    private bool AreEqual(JsonElement reference, JsonElement actual) =>
        JsonElement.DeepEquals(reference, actual)
        || (reference.ValueKind == JsonValueKind.Number && actual.ValueKind == JsonValueKind.Number
            && Math.Abs(reference.GetDouble() - actual.GetDouble()) <= numberTolerance);
}

/// <summary>What became of a field.</summary>
/// <param name="Path">Where it stands, such as <c>$.lines[0].price</c>.</param>
/// <param name="Verdict">One of the four words.</param>
/// <param name="Expected">The reference's value; null where it has none.</param>
/// <param name="Actual">The other's value; null where it has none.</param>
internal sealed record FieldVerdict(string Path, string Verdict, JsonElement? Expected, JsonElement? Actual)
{
    public const string Match = "match";
    public const string Different = "different";
    public const string Missing = "missing";
    public const string Extra = "extra";
}
