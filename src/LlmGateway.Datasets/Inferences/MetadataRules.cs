using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Inferences;

/// <summary>OpenAI's limits of metadata, and <c>metadata[key]=value</c> in a query.</summary>
internal static class MetadataRules
{
    public const int MaxPairs = 16;
    public const int MaxKeyLength = 64;
    public const int MaxValueLength = 512;
    private const string Prefix = "metadata[";

    /// <summary>The pairs that rows must carry; empty when the query names none.</summary>
    /// <exception cref="ApiException">A pair is malformed or out of bounds (400).</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadFilter(IQueryCollection query)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var (name, values) in query)
        {
            if (!name.StartsWith("metadata", StringComparison.Ordinal))
            {
                continue;
            }

            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(']') || values.Count != 1)
            {
                throw Bad("Invalid 'metadata': expected metadata[key]=value, each key once.", "metadata");
            }

            var key = name[Prefix.Length..^1];
            Check(key, values.ToString());
            pairs.Add(new(key, values.ToString()));
        }

        CheckCount(pairs.Count);
        return pairs;
    }

    public static void CheckCount(int count, string field = "metadata")
    {
        if (count > MaxPairs)
        {
            throw Bad($"Invalid '{field}': expected at most {MaxPairs} pairs.", field);
        }
    }

    /// <exception cref="ApiException">The key or the value is out of bounds (400).</exception>
    public static void Check(string key, string value, string field = "metadata")
    {
        if (key.Length is 0 or > MaxKeyLength)
        {
            throw Bad($"Invalid '{field}': a key has 1 to {MaxKeyLength} characters.", field);
        }

        if (value.Length > MaxValueLength)
        {
            throw Bad($"Invalid '{field}': a value has at most {MaxValueLength} characters.", $"{field}.{key}");
        }
    }

    /// <summary>Checks an object of strings.</summary>
    /// <exception cref="ApiException">A pair is out of bounds (400).</exception>
    public static void Check(IReadOnlyDictionary<string, string>? pairs, string field)
    {
        CheckCount(pairs?.Count ?? 0, field);
        foreach (var (key, value) in pairs ?? new Dictionary<string, string>())
        {
            Check(key, value ?? throw Bad($"Invalid '{field}': expected an object of strings.", $"{field}.{key}"), field);
        }
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));

    /// <summary>The first pair's rows, of calls that carry the other pairs too.</summary>
    /// <remarks>
    /// The others are compared by value, as in <see cref="WithMetadata"/>. Any other condition tempts a planner to lead with
    /// that pair: SQLite's then sorts, PostgreSQL's joins with all calls that carry it.
    /// </remarks>
    public static IQueryable<InferenceMetadata> Carriers(
        IQueryable<InferenceMetadata> metadata, string project, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var (firstKey, firstValue) = pairs[0];
        var carriers = metadata.Where(pair => pair.ProjectId == project && pair.Key == firstKey && pair.Value == firstValue);
        foreach (var (key, value) in pairs.Skip(1))
        {
            carriers = carriers.Where(pair =>
                metadata.Where(other => other.InferenceId == pair.InferenceId && other.Key == key).Select(other => other.Value).First() == value);
        }

        return carriers;
    }

    public static IQueryable<Inference> WithMetadata(
        this IQueryable<Inference> rows, IQueryable<InferenceMetadata> metadata, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        foreach (var (key, value) in pairs)
        {
            rows = rows.Where(row =>
                metadata.Where(pair => pair.InferenceId == row.Id && pair.Key == key).Select(pair => pair.Value).First() == value);
        }

        return rows;
    }
}
