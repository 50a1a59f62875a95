using LlmGateway.Service;

namespace LlmGateway.Gateway.Models;

/// <summary>The error for a model that nobody has: it lists near names and says how to make an alias.</summary>
internal static class ModelNotFound
{
    private const int MaxSuggestions = 3;
    private const int MaxShown = 100;
    private const int MaxCompared = 64;

    public static ApiError Describe(string name, ModelTable table)
    {
        var near = Near(name, table);
        var hint = near.Count > 0 ? $" Did you mean {string.Join(", ", near)}?"
            : table.DefaultProvider is null ? " No provider is configured: set OPENAI_API_KEY, or try 'local/chat'."
            : " GET /v1/models lists the known ones.";
        var shown = name.Length <= MaxShown ? name : name[..MaxShown];
        return new(404, "model_not_found",
            $"The model '{shown}' does not exist or you do not have access to it.{hint} An alias is made with PUT /v1/aliases/{shown}, or Gateway:Routes:{shown}:Model.", "model");
    }

    private static List<string> Near(string name, ModelTable table) =>
        [.. table.Providers.SelectMany(provider => table.ModelsOf(provider).Select(model => $"{provider.Name}/{model}"))
            .Concat(table.Routes.Keys)
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= Math.Max(3, name.Length / 2))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(MaxSuggestions).Select(candidate => $"'{candidate.Name}'")];

    /// <summary>From the whole name or from the part behind the provider, whichever is nearer.</summary>
    private static int Distance(string name, string candidate) =>
        Math.Min(EditDistance(name, candidate), EditDistance(name, candidate[(candidate.IndexOf('/', StringComparison.Ordinal) + 1)..]));

    /// <summary>Levenshtein distance, on names cut to 64 characters so that a long one costs nothing.</summary>
    private static int EditDistance(string left, string right)
    {
        var (a, b) = (left.Length > MaxCompared ? left[..MaxCompared] : left, right.Length > MaxCompared ? right[..MaxCompared] : right);
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost));
            }
        }

        return row[b.Length];
    }
}
