using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Curation;

/// <summary>Reads the steps of a request: <c>{"step": NAME, …parameters}</c>.</summary>
internal static class CurationSteps
{
    public const int Max = 20;

    /// <summary>What <c>dedupe</c> of a request stands for.</summary>
    public const string Dedupe = "exact_duplicates";

    private static readonly Dictionary<string, JsonTypeInfo> Types = new(StringComparer.Ordinal)
    {
        [Dedupe] = DatasetsJsonContext.Default.ExactDuplicates,
        ["near_duplicates"] = DatasetsJsonContext.Default.NearDuplicates,
        ["personal_data"] = DatasetsJsonContext.Default.PersonalDataStep,
        ["truncated"] = DatasetsJsonContext.Default.Truncated,
        ["refused"] = DatasetsJsonContext.Default.Refused,
        ["length"] = DatasetsJsonContext.Default.LengthBounds,
        ["language"] = DatasetsJsonContext.Default.AllowedLanguages,
        ["min_feedback"] = DatasetsJsonContext.Default.MinFeedback,
        ["cluster_cap"] = DatasetsJsonContext.Default.ClusterCap,
        ["conflicting_labels"] = DatasetsJsonContext.Default.ConflictingLabels,
    };

    /// <exception cref="ApiException">A step is unknown, or a parameter of one is (400).</exception>
    public static IReadOnlyList<CurationStep> Read(IReadOnlyList<JsonElement>? steps)
    {
        if (steps is { Count: > Max })
        {
            throw new ApiException(ApiErrors.BadRequest($"Invalid 'curation': at most {Max} steps.", "curation"));
        }

        return [.. (steps ?? []).Select((step, index) => Read(step, $"curation[{index}]"))];
    }

    private static CurationStep Read(JsonElement value, string field)
    {
        var name = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("step", out var member) && member.ValueKind == JsonValueKind.String ? member.GetString()! : "";
        var type = Types.GetValueOrDefault(name)
            ?? throw new ApiException(ApiErrors.BadRequest($"Invalid '{field}.step': expected one of {string.Join(", ", Types.Keys)}.", $"{field}.step"));
        try
        {
            var step = (CurationStep)value.Deserialize(type)!;
            step.Check(field);
            return step;
        }
        catch (JsonException exception)
        {
            var param = $"{field}{exception.Path?.TrimStart('$')}";
            throw new ApiException(ApiErrors.BadRequest($"'{param}' is unknown to the step '{name}', or of the wrong type.", param));
        }
    }
}
