using LlmGateway.Service;
using LlmGateway.Text.Metrics;

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
            : table.Providers.All(provider => provider.Kind == ProviderKind.Internal) ? " No provider is configured: set OPENAI_API_KEY, or try 'local/chat'."
            : " GET /v1/models lists the known ones.";
        var shown = name.Length <= MaxShown ? name : name[..MaxShown];
        return new(404, "model_not_found",
            $"The model '{shown}' does not exist or you do not have access to it.{hint} An alias is made with PUT /v1/aliases/{shown}, a route with PUT /v1/routes/{shown} or Gateway:Routes:{shown}.", "model");
    }

    private static List<string> Near(string name, ModelTable table) =>
        [.. table.Providers.SelectMany(provider => table.ModelsOf(provider).Select(model => $"{provider.Name}/{model}"))
            .Concat(table.Routes.Keys)
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= Math.Max(3, name.Length / 2))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Take(MaxSuggestions).Select(candidate => $"'{candidate.Name}'")];

    /// <summary>From the whole name or from the part behind the provider, whichever is nearer. Case does not count.</summary>
    private static int Distance(string name, string candidate)
    {
        var (wanted, whole) = (Comparable(name), Comparable(candidate));
        return Math.Min(EditDistance.Levenshtein(wanted, whole), EditDistance.Levenshtein(wanted, whole[(whole.IndexOf('/', StringComparison.Ordinal) + 1)..]));
    }

    /// <summary>A long name is cut, so that it costs nothing.</summary>
    private static string Comparable(string name) => (name.Length > MaxCompared ? name[..MaxCompared] : name).ToLowerInvariant();
}
