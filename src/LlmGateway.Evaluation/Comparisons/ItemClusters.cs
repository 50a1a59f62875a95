using System.Text.Json;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>Which items belong together, such as the turns of one episode, so that they are resampled together.</summary>
internal sealed class ItemClusters
{
    private static readonly TemplatePath[] Episodes =
    [
        new(TemplatePath.Item, ["episode_id"], "item.episode_id", 1),
        new(TemplatePath.Item, ["metadata", "episode_id"], "item.metadata.episode_id", 1),
    ];

    private readonly Dictionary<string, string> _clusters = [];

    private ItemClusters(string? path) => Path = path;

    /// <summary>Where an item names its cluster; null where every item stands alone.</summary>
    public string? Path { get; }

    /// <summary>Reads the clusters of a run's items. Items that name no episode stand alone, unless a request says where to find it.</summary>
    /// <exception cref="ApiException">An item has nothing at the path that was asked for (400).</exception>
    public static async Task<ItemClusters> LoadAsync(EvaluationDbContext store, Run run, ClusterChoice choice, CancellationToken cancellationToken)
    {
        if (choice.IsNone)
        {
            return new ItemClusters(null);
        }

        ItemClusters? clusters = null;
        var path = choice.Path;
        await foreach (var item in RunItems.ReadAsync(store, run, cancellationToken))
        {
            // The first item tells whether the data has episodes at all.
            path ??= Array.Find(Episodes, known => Name(item.Content, known) is not null);
            if (path is null)
            {
                break;
            }

            clusters ??= new ItemClusters(path.Text);
            clusters._clusters[item.Key] = Name(item.Content, path) ?? (choice.Path is null
                ? $"\0{item.Key}"
                : throw JsonFields.Invalid($"Item {item.Index} has no text or number at '{path.Text}', by which it would belong to a cluster.", ClusterChoice.Field));
        }

        return clusters ?? new ItemClusters(null);
    }

    /// <summary>Each item's cluster, numbered from 0 without gaps; null where every item stands alone.</summary>
    public int[]? Number(IReadOnlyList<ScoredItem> items)
    {
        if (Path is null)
        {
            return null;
        }

        var numbers = new Dictionary<string, int>();
        var clusters = new int[items.Count];
        for (var index = 0; index < clusters.Length; index++)
        {
            var name = _clusters[items[index].Key];
            if (!numbers.TryGetValue(name, out clusters[index]))
            {
                numbers[name] = clusters[index] = numbers.Count;
            }
        }

        return numbers.Count == items.Count ? null : clusters;
    }

    private static string? Name(JsonElement item, TemplatePath path) => TemplatePath.Follow(item, path.Steps) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };
}
