using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Which calls become items: completed chat completions whose bodies were kept, and all that is said here.</summary>
/// <param name="Model">As asked for, or the <c>provider/model</c> that answered.</param>
/// <param name="Metadata">Pairs that the call carries.</param>
/// <param name="CreatedAfter">Unix seconds or ISO 8601.</param>
/// <param name="CreatedBefore">As above.</param>
/// <param name="Purpose"><c>production</c> by default: calls that services made for themselves are left out.</param>
/// <param name="PromptId">The managed prompt that it was made from.</param>
/// <param name="PromptVersion">Its version.</param>
/// <param name="Feedback">What must have been said of it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record InferenceSelection(
    string? Model, Dictionary<string, string>? Metadata, JsonElement? CreatedAfter, JsonElement? CreatedBefore, string? Purpose,
    string? PromptId, int? PromptVersion, FeedbackCondition? Feedback)
{
    /// <summary>Every call that can be an item.</summary>
    public static readonly InferenceSelection All = new(null, null, null, null, null, null, null, null);

    private const int MaxLength = 256;

    /// <summary>The calls of a project that pass, whatever their metadata.</summary>
    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public async Task<IQueryable<Inference>> ApplyAsync(DatasetsDbContext context, FeedbackMetrics metrics, string project, CancellationToken cancellationToken)
    {
        Check();
        var purpose = Purpose ?? Caller.Production;
        var rows = context.Inferences.Where(row => row.ProjectId == project
            && row.Operation == InferenceNames.ChatCompletions
            && row.Outcome == InferenceOutcome.Completed
            && row.BodiesKept
            && row.Purpose == purpose);
        if (ReadMicros(CreatedAfter, "source.filter.created_after") is { } after)
        {
            rows = rows.Where(row => row.CreatedAtMicros > after);
        }

        if (ReadMicros(CreatedBefore, "source.filter.created_before") is { } before)
        {
            rows = rows.Where(row => row.CreatedAtMicros < before);
        }

        rows = PromptId is { } prompt ? rows.Where(row => row.PromptId == prompt) : rows;
        rows = PromptVersion is { } version ? rows.Where(row => row.PromptVersion == version) : rows;
        rows = rows.WithModel(Model);
        return Feedback is null ? rows : rows.WithFeedback(await Feedback.ApplyAsync(context, metrics, project, cancellationToken));
    }

    private void Check()
    {
        MetadataRules.Check(Metadata, "source.filter.metadata");
        foreach (var (text, name) in new[] { (Model, "model"), (Purpose, "purpose"), (PromptId, "prompt_id") })
        {
            if (text is { Length: 0 or > MaxLength })
            {
                throw new ApiException(ApiErrors.BadRequest($"Invalid 'source.filter.{name}': expected 1 to {MaxLength} characters.", $"source.filter.{name}"));
            }
        }
    }

    private static long? ReadMicros(JsonElement? time, string param) =>
        time is { ValueKind: not JsonValueKind.Null } value ? QueryTimes.ParseMicros(value.ToString(), param) : null;
}
