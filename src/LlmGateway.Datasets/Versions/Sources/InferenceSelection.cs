using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.Storage;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>Which calls become items: completed chat completions whose bodies were kept, and all that is said here.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record InferenceSelection
{
    /// <summary>Every call that can be an item.</summary>
    public static readonly InferenceSelection All = new();

    /// <summary>The pair of metadata by which an application names the variant that it tried.</summary>
    private const string VariantKey = "variant";

    private const string Field = "source.filter";
    private const int MaxLength = 256;
    private const int MaxConditions = 10;
    private const double MicrosPerMillisecond = 1000;
    private const double NanosPerUsd = 1e9;

    /// <summary>As asked for, or the <c>provider/model</c> that answered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    /// <summary>Pairs that the call carries.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>Short for the pair of metadata <c>variant</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Variant { get; init; }

    /// <summary>Unix seconds or ISO 8601.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? CreatedAfter { get; init; }

    /// <inheritdoc cref="CreatedAfter"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? CreatedBefore { get; init; }

    /// <summary><c>production</c> by default: calls that services made for themselves are left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Purpose { get; init; }

    /// <summary>The managed prompt that it was made from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PromptId { get; init; }

    /// <summary>The prompt's version.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PromptVersion { get; init; }

    /// <summary>The label by which the caller asked for the prompt.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PromptLabel { get; init; }

    /// <summary>Such as <c>stop</c> or <c>length</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; init; }

    /// <summary>Whom the call was made for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EndUser { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EpisodeId { get; init; }

    /// <summary>From the request's arrival to the last byte, in milliseconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NumberRange? LatencyMs { get; init; }

    /// <summary>In US dollars; a call whose cost is unknown does not pass.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public NumberRange? Cost { get; init; }

    /// <summary>Words of the request or the answer, see <see cref="CallText"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>What must have been said of it: all of these, at most 10.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(OneOrMany))]
    public IReadOnlyList<FeedbackCondition>? Feedback { get; init; }

    /// <summary>The pairs of metadata that calls must carry.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ReadPairs() => [.. Metadata ?? [], .. Variant is { } variant ? [new(VariantKey, variant)] : (KeyValuePair<string, string>[])[]];

    /// <summary>The words; null for none.</summary>
    public CallText? ReadText() => Text is { } text ? CallText.Read(text) : null;

    /// <summary>The calls of a project that pass, whatever their metadata and text.</summary>
    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public async Task<IQueryable<Inference>> ApplyAsync(DatasetsDbContext context, FeedbackMetrics metrics, string project, CancellationToken cancellationToken)
    {
        Check();
        var purpose = Purpose ?? Caller.Production;
        var rows = WithNumbers(WithTexts(context.Inferences.Where(row => row.ProjectId == project
            && row.Operation == InferenceNames.ChatCompletions
            && row.Outcome == InferenceOutcome.Completed
            && row.BodiesKept
            && row.Purpose == purpose)));
        foreach (var (index, condition) in (Feedback ?? []).Index())
        {
            var field = Feedback!.Count == 1 ? $"{Field}.feedback" : string.Create(CultureInfo.InvariantCulture, $"{Field}.feedback[{index}]");
            rows = rows.WithFeedback(await condition.ApplyAsync(context, metrics, project, field, cancellationToken), condition.JoinLevel);
        }

        return rows;
    }

    private IQueryable<Inference> WithTexts(IQueryable<Inference> rows)
    {
        rows = PromptId is { } prompt ? rows.Where(row => row.PromptId == prompt) : rows;
        rows = PromptVersion is { } version ? rows.Where(row => row.PromptVersion == version) : rows;
        rows = PromptLabel is { } label ? rows.Where(row => row.PromptLabel == label) : rows;
        rows = FinishReason is { } reason ? rows.Where(row => row.FinishReason == reason) : rows;
        rows = EndUser is { } user ? rows.Where(row => row.EndUser == user) : rows;
        rows = EpisodeId is { } episode ? rows.Where(row => row.EpisodeId == episode) : rows;
        return rows.WithModel(Model);
    }

    private IQueryable<Inference> WithNumbers(IQueryable<Inference> rows)
    {
        rows = ReadMicros(CreatedAfter, $"{Field}.created_after") is { } after ? rows.Where(row => row.CreatedAtMicros > after) : rows;
        rows = ReadMicros(CreatedBefore, $"{Field}.created_before") is { } before ? rows.Where(row => row.CreatedAtMicros < before) : rows;
        var (quickest, slowest) = LatencyMs?.In(MicrosPerMillisecond) ?? default;
        rows = quickest is { } least ? rows.Where(row => row.DurationMicros >= least) : rows;
        rows = slowest is { } most ? rows.Where(row => row.DurationMicros <= most) : rows;
        var (cheapest, dearest) = Cost?.In(NanosPerUsd) ?? default;
        rows = cheapest is { } low ? rows.Where(row => row.CostNanoUsd >= low) : rows;
        return dearest is { } high ? rows.Where(row => row.CostNanoUsd <= high) : rows;
    }

    private void Check()
    {
        MetadataRules.Check(Metadata, $"{Field}.metadata");
        foreach (var (text, name) in new[]
        {
            (Model, "model"), (Variant, "variant"), (Purpose, "purpose"), (PromptId, "prompt_id"), (PromptLabel, "prompt_label"),
            (FinishReason, "finish_reason"), (EndUser, "end_user"), (EpisodeId, "episode_id"), (Text, "text"),
        })
        {
            if (text is { Length: 0 or > MaxLength } || text?.Contains('\0', StringComparison.Ordinal) == true)
            {
                throw Bad($"Invalid '{Field}.{name}': expected 1 to {MaxLength} characters, none of them NUL.", $"{Field}.{name}");
            }
        }

        LatencyMs?.Check($"{Field}.latency_ms");
        Cost?.Check($"{Field}.cost");
        if (Text is not null && ReadText() is null)
        {
            throw Bad($"Invalid '{Field}.text': expected at least one word.", $"{Field}.text");
        }

        if (Feedback is { Count: 0 or > MaxConditions })
        {
            throw Bad($"Invalid '{Field}.feedback': expected 1 to {MaxConditions} conditions.", $"{Field}.feedback");
        }
    }

    private static long? ReadMicros(JsonElement? time, string param) =>
        time is { ValueKind: not JsonValueKind.Null } value ? QueryTimes.ParseMicros(value.ToString(), param) : null;

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
