using System.Text.RegularExpressions;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Prompts;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Variants;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Experiments;

/// <summary>What an experiment may be.</summary>
internal sealed partial class ExperimentRules(VariantRules variants)
{
    public const int MaxReasonLength = 500;
    private const int MinVariants = 2;
    private const int MaxVariants = 8;
    private const int MaxSteps = 20;
    private const int MaxMinUnits = 1_000_000;
    private const int MaxMaxUnits = 1_000_000_000;
    private const int MaxMinSeconds = 30 * 24 * 60 * 60;
    private const int DefaultMinUnits = 100;

    /// <summary>With fewer at a step, a variant ten points worse is oftener promoted than found, see the simulations of the judge.</summary>
    private const int DefaultCanaryUnits = 500;
    private const double DefaultAlpha = 0.05;
    private const double WeightTolerance = 1e-6;

    private static readonly double[] DefaultSteps = [0.01, 0.05, 0.25, 0.5, 1];

    private static ReadOnlySpan<byte> Sample => """{"model":"a","messages":[{"role":"user","content":""}]}"""u8;

    /// <returns>The definition, and the variants' first shares.</returns>
    /// <exception cref="ApiException">400, naming the field.</exception>
    public (ExperimentDefinition Definition, double[] Weights) Read(string projectId, CreateExperimentRequest request)
    {
        CheckName(request.Name, "name");
        variants.CheckModel(projectId, request.Model ?? throw Refused("'model' is required: the route whose calls are shared out, as callers name it.", "model"), "model");
        var allocation = Choose(request.Allocation, ExperimentAllocation.All, ExperimentAllocation.Static, "allocation");
        CheckVariants(projectId, request.Variants, allocation);
        var steps = ReadSteps(request.Steps, allocation);
        var units = Bounded(request.MinUnits ?? (request.Allocation == ExperimentAllocation.Canary ? DefaultCanaryUnits : DefaultMinUnits), 1, MaxMinUnits, "min_units");
        var definition = new ExperimentDefinition(
            [.. request.Variants!.Select(variant => variant with { Weight = null })],
            allocation,
            steps,
            Choose(request.Unit, ExperimentUnit.All, ExperimentUnit.Episode, "unit"),
            ExperimentMeasures.ReadGoal(request.Goal),
            ExperimentMeasures.ReadGuardrails(request.Guardrails),
            units,
            request.MaxUnits is { } most ? Bounded(most, units * request.Variants!.Count, MaxMaxUnits, "max_units") : null,
            Bounded(request.MinSeconds ?? 0, 0, MaxMinSeconds, "min_seconds"),
            request.Alpha is null or (>= 0.001 and <= 0.2) ? request.Alpha ?? DefaultAlpha : throw Refused("'alpha' must be from 0.001 to 0.2.", "alpha"));
        return (definition, steps.Count > 0 ? [1 - steps[0], steps[0]] : FirstWeights(request.Variants!));
    }

    /// <summary>Shares by name, in the variants' order.</summary>
    /// <exception cref="ApiException">400: one is missing, unknown or out of range, or they do not add up to 1.</exception>
    public static double[] ReadWeights(ExperimentDefinition definition, IReadOnlyDictionary<string, double> weights)
    {
        if (weights.Count != definition.Variants.Count || !definition.Variants.All(variant => weights.ContainsKey(variant.Name)))
        {
            throw Refused($"'weights' must name every variant, and no other: {string.Join(", ", definition.Variants.Select(variant => variant.Name))}.", "weights");
        }

        return CheckSum([.. definition.Variants.Select(variant => weights[variant.Name])], "weights");
    }

    /// <exception cref="ApiException">400: it is too long, or no text that every store holds.</exception>
    public static string? CheckReason(string? reason) => reason is { Length: > MaxReasonLength } || reason?.Contains('\0') == true
        ? throw Refused($"'reason' may have at most {MaxReasonLength} characters, none of them NUL.", "reason")
        : reason;

    public static ApiException Refused(string message, string param) => new(ApiErrors.BadRequest(message, param));

    private static void CheckName(string? name, string field)
    {
        if (name is null || !Name().IsMatch(name))
        {
            throw Refused($"'{field}' may have from 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or digit.", field);
        }
    }

    private void CheckVariants(string projectId, IReadOnlyList<ExperimentVariant>? given, string allocation)
    {
        if (given is not { Count: >= MinVariants and <= MaxVariants })
        {
            throw Refused($"'variants' must hold from {MinVariants} to {MaxVariants}, the control first.", "variants");
        }

        if (allocation == ExperimentAllocation.Canary && given.Count != MinVariants)
        {
            throw Refused("A canary has exactly two 'variants': the control and what is to take its place.", "variants");
        }

        for (var index = 0; index < given.Count; index++)
        {
            var field = $"variants[{index}]";
            CheckVariant(projectId, given[index] ?? throw Refused($"'{field}' must be an object.", field), field);
            if (given.Take(index).Any(other => other.Name == given[index].Name))
            {
                throw Refused($"'{field}.name' is another variant's already.", $"{field}.name");
            }

            if (allocation == ExperimentAllocation.Canary && given[index].Weight is not null)
            {
                throw Refused($"A canary's shares are its 'steps': leave '{field}.weight' out.", $"{field}.weight");
            }
        }
    }

    private void CheckVariant(string projectId, ExperimentVariant variant, string field)
    {
        CheckName(variant.Name, $"{field}.name");
        if (variant.Model?.StartsWith(PromptReference.ModelPrefix, StringComparison.Ordinal) == true)
        {
            throw Refused($"'{field}.model' names a prompt: name it in '{field}.prompt'.", $"{field}.model");
        }

        variants.Check(projectId, variant, field);
        if (VariantChange.Of(variant) is not { } change)
        {
            return;
        }

        try
        {
            // What would be refused in every call is refused now.
            byte[] made = [.. change.Apply(Sample.ToArray(), RequestScanner.Scan(Sample, Operation.ChatCompletions), Operation.ChatCompletions).SelectMany(part => part.ToArray())];
            RequestScanner.Scan(made, Operation.ChatCompletions);
        }
        catch (ApiException exception)
        {
            throw Refused(exception.Error.Message, $"{field}.parameters.{exception.Error.Param}");
        }
    }

    private static IReadOnlyList<double> ReadSteps(IReadOnlyList<double>? steps, string allocation)
    {
        if (allocation != ExperimentAllocation.Canary)
        {
            return steps is null ? [] : throw Refused("Only a canary has 'steps'.", "steps");
        }

        var taken = steps ?? DefaultSteps;
        var ascends = taken.Zip(taken.Skip(1)).All(pair => pair.First < pair.Second);
        return taken.Count is > 0 and <= MaxSteps && taken[0] > 0 && taken[^1] == 1 && ascends
            ? taken
            : throw Refused($"'steps' must be from 1 to {MaxSteps} shares above 0 that ascend to 1.", "steps");
    }

    /// <summary>Equal ones where none is given.</summary>
    private static double[] FirstWeights(IReadOnlyList<ExperimentVariant> given)
    {
        var told = given.Count(variant => variant.Weight is not null);
        if (told == 0)
        {
            return [.. given.Select(_ => 1.0 / given.Count)];
        }

        return told == given.Count
            ? CheckSum([.. given.Select(variant => variant.Weight!.Value)], "variants")
            : throw Refused("Give every variant a 'weight', or none for equal ones.", $"variants[{given.TakeWhile(variant => variant.Weight is not null).Count()}].weight");
    }

    private static double[] CheckSum(double[] weights, string field) =>
        weights.All(weight => weight is >= 0 and <= 1) && Math.Abs(weights.Sum() - 1) <= WeightTolerance
            ? weights
            : throw Refused($"Weights of '{field}' must be from 0 to 1, and add up to 1.", field);

    private static string Choose(string? given, IReadOnlyList<string> all, string byDefault, string field) =>
        given is null ? byDefault
        : all.Contains(given) ? given
        : throw Refused($"'{field}' may be {string.Join(", ", all.Select(value => $"'{value}'"))}.", field);

    private static int Bounded(int value, int least, int most, string field) => value >= least && value <= most
        ? value
        : throw Refused($"'{field}' must be from {least} to {most}.", field);

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex Name();
}
