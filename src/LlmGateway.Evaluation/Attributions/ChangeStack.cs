using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmGateway.Evaluation.Attributions;

/// <summary>Changes over a base, in the order in which they are stacked: where two set the same, the later one wins.</summary>
/// <param name="source">The data source's items.</param>
/// <param name="baseline">How samples are had without changes.</param>
/// <param name="changes">The changes.</param>
internal sealed class ChangeStack(JsonElement source, JsonElement baseline, IReadOnlyList<Change> changes)
{
    /// <summary>A run's data source with some of the changes.</summary>
    /// <param name="combination">The bit of value 1 stands for the first change.</param>
    public JsonElement DataSource(int combination)
    {
        var dataSource = Node(baseline).AsObject();
        dataSource["type"] ??= "completions";
        dataSource["source"] = Node(source);
        foreach (var (index, change) in changes.Index())
        {
            if ((combination & (1 << index)) != 0)
            {
                Merge(dataSource, change.Set);
            }
        }

        return JsonText.Parse(dataSource.ToJsonString());
    }

    /// <summary>The fields that more than one change sets.</summary>
    public IReadOnlyList<Conflict> Conflicts() =>
    [
        .. changes.SelectMany(change => Fields(change.Set).Select(field => (Field: field, change.Name)))
            .GroupBy(entry => entry.Field).Where(group => group.Count() > 1)
            .Select(group => new Conflict(group.Key, [.. group.Select(entry => entry.Name)])),
    ];

    private static void Merge(JsonObject dataSource, JsonElement set)
    {
        foreach (var member in set.EnumerateObject())
        {
            if (member.Name == Change.SamplingParams && member.Value.ValueKind == JsonValueKind.Object && dataSource[member.Name] is JsonObject parameters)
            {
                Merge(parameters, member.Value);
            }
            else if (member.Value.ValueKind == JsonValueKind.Null)
            {
                dataSource.Remove(member.Name);
            }
            else
            {
                dataSource[member.Name] = Node(member.Value);
            }
        }
    }

    /// <summary>Parameters are set one by one, all else as a whole.</summary>
    private static IEnumerable<string> Fields(JsonElement set) => set.EnumerateObject().SelectMany(member =>
        member.Name == Change.SamplingParams && member.Value.ValueKind == JsonValueKind.Object
            ? member.Value.EnumerateObject().Select(parameter => $"{member.Name}.{parameter.Name}")
            : [member.Name]);

    private static JsonNode Node(JsonElement element) => JsonNode.Parse(element.GetRawText())!;
}

/// <summary>A field that several changes set; the last of them wins where it is made.</summary>
internal sealed record Conflict(string Field, IReadOnlyList<string> Changes);
