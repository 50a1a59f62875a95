using System.Collections.Frozen;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Prompts.Calls;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Experiments;

/// <summary>A project's experiments by the routes that they are on.</summary>
internal sealed class ProjectExperiments
{
    private readonly FrozenDictionary<string, RouteExperiments> _models;
    private readonly IReadOnlyList<(PromptReference Reference, RouteExperiments Experiments)> _prompts;
    private readonly FrozenSet<string> _tried;
    private readonly FrozenSet<string> _settled;

    /// <param name="rows">The older first.</param>
    public ProjectExperiments(IReadOnlyList<Experiment> rows)
    {
        var routes = rows.GroupBy(row => NameOf(row.Model)).ToDictionary(group => group.Key, group => new RouteExperiments([.. group]));
        _models = routes.Where(route => !IsPrompt(route.Key)).ToFrozenDictionary(StringComparer.Ordinal);
        _prompts = [.. routes.Where(route => IsPrompt(route.Key)).Select(route => (Parse(route.Key), route.Value))];
        _tried = rows.Where(row => row.Status is ExperimentStatus.Running or ExperimentStatus.Paused)
            .SelectMany(row => row.ReadDefinition().Variants).Select(variant => variant.Model).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
        _settled = routes.Values.Select(route => route.SettledModel).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Whether an experiment that has not ended has a variant with this model.</summary>
    public bool Tries(string model) => _tried.Contains(model);

    /// <summary>Whether a route's calls that are given no variant go to this model because an experiment ended so.</summary>
    public bool Settled(string model) => _settled.Contains(model);

    /// <summary>A route by one name: a prompt without a label is that of the label <c>production</c>.</summary>
    public static string NameOf(string model) => IsPrompt(model) && Parse(model) is var reference
        ? $"{PromptReference.ModelPrefix}{reference.Key}@{reference.Selector}"
        : model;

    /// <summary>What the experiments on a call's route do to it; null where there are none.</summary>
    /// <param name="request">The call's.</param>
    /// <param name="call">A call as its caller sent it.</param>
    /// <param name="prompts">The prompts by now.</param>
    public NamedRoute? Find(HttpRequest request, InferenceCall call, PromptTable prompts)
    {
        if (_models.TryGetValue(call.Scan.Model, out var found))
        {
            return new NamedRoute(call.Scan.Model, call.Scan.Model, found);
        }

        return _prompts.Count > 0 && call.Operation.TakesPrompt && call.Scan.NamesPrompt && PromptCall.Read(request, call) is { } named
            && prompts.Find(call.Caller.ProjectId, named.Reference.Key) is { } entry
                ? FindPrompt(call.Caller.ProjectId, entry, named.Reference, prompts)
                : null;
    }

    private NamedRoute? FindPrompt(string project, PromptEntry entry, PromptReference named, PromptTable prompts)
    {
        foreach (var (reference, experiments) in _prompts)
        {
            if (reference.Selector == named.Selector && prompts.Find(project, reference.Key)?.Id == entry.Id)
            {
                return new NamedRoute($"{PromptReference.ModelPrefix}{entry.Name}", $"{PromptReference.ModelPrefix}{entry.Name}@{named.Selector}", experiments);
            }
        }

        return null;
    }

    private static bool IsPrompt(string model) => model.StartsWith(PromptReference.ModelPrefix, StringComparison.Ordinal);

    private static PromptReference Parse(string model) => PromptReference.Parse(model[PromptReference.ModelPrefix.Length..]);
}

/// <param name="Opens">What a key that may call the route may call.</param>
/// <param name="Name">The route as the log calls it.</param>
/// <param name="Experiments">What is done to its calls.</param>
internal readonly record struct NamedRoute(string Opens, string Name, RouteExperiments Experiments);
