using System.Text.Json;

namespace LlmGateway.Console.Prompts;

/// <summary>A run of an eval, as far as a trial shows it.</summary>
public sealed record TrialRun(
    string Id, string EvalId, string Name, string Model, string Status, long CreatedAt, RunCounts ResultCounts, IReadOnlyList<CriterionResult> PerTestingCriteriaResults,
    JsonElement DataSource, RunFault? Error)
{
    public bool IsOpen => Status is "queued" or "in_progress";

    public bool IsCompleted => Status == "completed";

    /// <summary>The version of the prompt that it asked; null for runs of something else.</summary>
    public int? PromptVersion => Member(DataSource, "prompt", "version") is { } version && int.TryParse(version, out var number) ? number : null;

    public string? Dataset => Member(DataSource, "source", "dataset_id");

    public string? DatasetVersion => Member(DataSource, "source", "version");

    public string? Split => Member(DataSource, "source", "split");

    private static string? Member(JsonElement value, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(step, out value))
            {
                return null;
            }
        }

        return value.ToString();
    }
}

public sealed record RunCounts(int Total, int Errored, int Failed, int Passed, int Abstained)
{
    public int Done => Errored + Failed + Passed + Abstained;
}

public sealed record CriterionResult(string TestingCriteria, int Passed, int Failed, int Errored, int Abstained, double? MeanScore);

public sealed record RunFault(string? Code, string? Message);

/// <summary>One output of a run.</summary>
public sealed record OutputItem(string Id, string Status, JsonElement DatasourceItem, IReadOnlyList<ItemResult> Results, OutputSample? Sample);

public sealed record ItemResult(string Name, double? Score, bool? Passed, string? Reason, RunFault? Error);

public sealed record OutputSample(IReadOnlyList<SampleMessage>? Output, string? InferenceId, RunFault? Error)
{
    public string Text => Output is { Count: > 0 } messages ? messages[^1].Content ?? "" : "";
}

public sealed record SampleMessage(string Role, string? Content);
