using System.Text.Json;
using System.Text.RegularExpressions;
using LlmGateway.FineTuning.Jobs;
using LlmGateway.OpenAI;
using LlmGateway.Service;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>Reads and checks the body of <c>POST /v1/improvements</c>.</summary>
internal static partial class ImprovementRequestReader
{
    /// <summary>64 KB.</summary>
    public const int MaxBytes = 64 << 10;
    private const int LongestName = 256;
    private const decimal MostUsd = 1_000_000;
    private static readonly string[] CanaryMembers = ["steps", "unit", "guardrails", "min_units", "min_seconds", "alpha"];

    /// <exception cref="ApiException">What is wrong, naming the field (400).</exception>
    public static ImprovementRequest Read(ReadOnlySpan<byte> json)
    {
        var request = Parse(json);
        RefuseUnknown(request);
        CheckText(request.Route ?? throw Bad("Missing required parameter: 'route': what is to be improved, as callers name it.", "route"), "route");
        CheckText(request.BaseModel, "base_model");
        CheckGoal(request.Goal ?? throw Bad("Missing required parameter: 'goal': the metric of feedback that says what better means.", "goal"));
        if (request.BudgetUsd is < 0 or > MostUsd)
        {
            throw Bad($"Invalid 'budget_usd': expected a number from 0 to {MostUsd}.", "budget_usd");
        }

        if (request.Approve is not (null or ImprovementRequest.Auto or ImprovementRequest.Manual))
        {
            throw Bad("Invalid 'approve': expected 'auto' or 'manual'.", "approve");
        }

        if (request.Suffix is { } suffix && !Suffix().IsMatch(suffix))
        {
            throw Bad("Invalid 'suffix': expected 1 to 64 letters, digits, '-', '_' and '.'.", "suffix");
        }

        CheckCanary(request.Canary);
        CheckSelection(request.Select);
        if (request.Method is not null)
        {
            JobRequestReader.CheckMethod(new JobRequest { Method = request.Method });
        }

        return request;
    }

    private static ImprovementRequest Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, FineTuningJsonContext.Default.ImprovementRequest) ?? throw Bad("The request must be a JSON object.", null);
        }
        catch (JsonException exception)
        {
            throw new ApiException(ApiErrors.UnreadableJson("The request", exception));
        }
    }

    private static void RefuseUnknown(ImprovementRequest request)
    {
        (WireObject? Part, string Path)[] parts = [(request, ""), (request.Goal, "goal."), (request.Select, "select.")];
        foreach (var (part, path) in parts)
        {
            if (part?.Extra?.Keys.FirstOrDefault() is { } unknown)
            {
                throw new ApiException(ApiErrors.BadRequest($"Unknown parameter: '{path}{unknown}'.", $"{path}{unknown}", "unknown_parameter"));
            }
        }
    }

    private static void CheckGoal(ImprovementGoal goal)
    {
        CheckText(goal.Metric ?? throw Bad("Missing required parameter: 'goal.metric'.", "goal.metric"), "goal.metric");
        if (goal.Optimize is not (null or "max" or "min"))
        {
            throw Bad("Invalid 'goal.optimize': expected 'max' or 'min'.", "goal.optimize");
        }

        if (goal.Effect is { } effect && !(effect > 0 && double.IsFinite(effect)))
        {
            throw Bad("Invalid 'goal.effect': expected a number above 0.", "goal.effect");
        }
    }

    // What stands in them is checked by the service that they are for.
    private static void CheckCanary(JsonElement? canary)
    {
        if (canary is not { } given)
        {
            return;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw Bad("Invalid 'canary': expected an object.", "canary");
        }

        if (given.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !CanaryMembers.Contains(name)) is { } unknown)
        {
            throw new ApiException(ApiErrors.BadRequest($"Unknown parameter: 'canary.{unknown}': expected {string.Join(", ", CanaryMembers)}.", $"canary.{unknown}", "unknown_parameter"));
        }
    }

    private static void CheckSelection(ImprovementSelection? select)
    {
        if (select?.Filter is { ValueKind: not JsonValueKind.Object })
        {
            throw Bad("Invalid 'select.filter': expected an object.", "select.filter");
        }

        if (select?.Curation is { ValueKind: not JsonValueKind.Array })
        {
            throw Bad("Invalid 'select.curation': expected a list of steps.", "select.curation");
        }
    }

    private static void CheckText(string? text, string param)
    {
        if (text is { Length: 0 or > LongestName })
        {
            throw Bad($"Invalid '{param}': expected 1 to {LongestName} characters.", param);
        }
    }

    private static ApiException Bad(string message, string? param) => new(ApiErrors.BadRequest(message, param));

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$")]
    private static partial Regex Suffix();
}
