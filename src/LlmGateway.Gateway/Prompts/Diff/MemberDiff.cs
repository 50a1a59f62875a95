using System.Text.Json;

namespace LlmGateway.Gateway.Prompts.Diff;

/// <summary>A member that has another value.</summary>
/// <param name="Path">A JSONPath (RFC 9535), such as <c>$.parameters.temperature</c>; members of a list that have names are found by them.</param>
/// <param name="From">Null where the first version has none.</param>
/// <param name="To">Null where the second version has none.</param>
internal sealed record MemberDiff(string Path, JsonElement? From, JsonElement? To)
{
    public static IReadOnlyList<MemberDiff> Between(JsonElement a, JsonElement b)
    {
        var found = new List<MemberDiff>();
        Compare("$", a, b, found);
        return found;
    }

    private static void Compare(string path, JsonElement? a, JsonElement? b, List<MemberDiff> found)
    {
        if (a is { } from && b is { } to)
        {
            if (JsonElement.DeepEquals(from, to))
            {
                return;
            }

            if (from.ValueKind == to.ValueKind && Children(from) is { } left && Children(to) is { } right)
            {
                foreach (var key in left.Keys.Concat(right.Keys.Where(key => !left.ContainsKey(key))))
                {
                    Compare(path + key, Find(left, key), Find(right, key), found);
                }

                // Children that only changed places are a change of the whole.
                if (left.Count == right.Count && left.Keys.All(key => right.TryGetValue(key, out var other) && JsonElement.DeepEquals(left[key], other)))
                {
                    found.Add(new MemberDiff(path, from, to));
                }

                return;
            }
        }

        found.Add(new MemberDiff(path, a, b));
    }

    private static JsonElement? Find(Dictionary<string, JsonElement> children, string key) => children.TryGetValue(key, out var child) ? child : null;

    /// <summary>By the end of their paths; null for a value that has none.</summary>
    private static Dictionary<string, JsonElement>? Children(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(member => Step(member.Name), member => member.Value, StringComparer.Ordinal),
        JsonValueKind.Array when AreNamed(value) => value.EnumerateArray().ToDictionary(item => $"[?@.name=={Quoted(Name(item)!)}]", StringComparer.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Index().ToDictionary(entry => $"[{entry.Index}]", entry => entry.Item, StringComparer.Ordinal),
        _ => null,
    };

    private static bool AreNamed(JsonElement items)
    {
        var names = items.EnumerateArray().Select(Name).ToList();
        return names.Count > 0 && names.TrueForAll(name => name is not null) && names.Distinct(StringComparer.Ordinal).Count() == names.Count;
    }

    private static string? Name(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;

    private static string Step(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && name.Length > 0 && !char.IsAsciiDigit(name[0]) ? $".{name}" : $"[{Quoted(name)}]";

    private static string Quoted(string name) => $"'{name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";
}
