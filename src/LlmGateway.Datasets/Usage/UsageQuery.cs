using LlmGateway.Datasets.Inferences;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Usage;

/// <summary>A checked question to the usage table.</summary>
/// <param name="StartMicros">Inclusive, Unix microseconds.</param>
/// <param name="EndMicros">Exclusive.</param>
/// <param name="WidthMicros">Width of a bucket; buckets are aligned to UTC.</param>
/// <param name="GroupBy">Columns, in the order of <see cref="Groups"/>.</param>
/// <param name="ProjectId">The only project seen; null for all.</param>
internal sealed record UsageQuery(long StartMicros, long EndMicros, long WidthMicros, List<string> GroupBy, string? ProjectId)
{
    /// <summary>What usage can be grouped by; each is also a column's name.</summary>
    public static readonly IReadOnlyList<string> Groups = ["model", "key_id", "project_id"];

    private const long Hour = 3_600_000_000;
    private const long Day = 24 * Hour;

    /// <summary>Six weeks of hours, or nearly three years of days.</summary>
    private const int MaxBuckets = 1008;

    /// <summary>Buckets before the end when no start is given: a day of hours, or a week of days.</summary>
    private const int DefaultHours = 24;
    private const int DefaultDays = 7;

    public long FirstBucket => StartMicros / WidthMicros;

    public long LastBucket => (EndMicros - 1) / WidthMicros;

    /// <exception cref="ApiException">A parameter is malformed (400), or another project's usage is asked for (403).</exception>
    public static UsageQuery Read(IQueryCollection query, Caller caller, TimeProvider time)
    {
        var width = query["bucket_width"].ToString() switch
        {
            "" or "1d" => Day,
            "1h" => Hour,
            _ => throw Bad("Invalid 'bucket_width': expected '1h' or '1d'.", "bucket_width"),
        };
        var end = QueryTimes.ReadMicros(query, "end_time") ?? time.NowMicros() + 1;
        var start = QueryTimes.ReadMicros(query, "start_time") ?? Math.Max(0, end - (width == Day ? DefaultDays * Day : DefaultHours * Hour));
        if (start < 0 || start >= end)
        {
            throw Bad("Invalid 'start_time': expected a time before 'end_time'.", "start_time");
        }

        var question = new UsageQuery(start, end, width, ReadGroups(query), ReadProject(query, caller));
        return question.LastBucket - question.FirstBucket < MaxBuckets
            ? question
            : throw Bad($"Invalid 'start_time': the range has more than {MaxBuckets} buckets.", "start_time");
    }

    private static List<string> ReadGroups(IQueryCollection query)
    {
        // Both group_by=a,b and group_by=a&group_by=b, and the SDKs' group_by[]=a.
        var names = query["group_by"].Concat(query["group_by[]"])
            .SelectMany(text => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToHashSet();
        return names.IsSubsetOf(Groups)
            ? [.. Groups.Where(names.Contains)]
            : throw Bad($"Invalid 'group_by': expected some of {string.Join(", ", Groups)}.", "group_by");
    }

    private static string? ReadProject(IQueryCollection query, Caller caller)
    {
        var isAdmin = caller.Scopes.HasFlag(Scopes.Admin);
        var wanted = InferenceFilter.ReadText(query, "project_id");
        if (isAdmin || wanted is null || wanted == caller.ProjectId)
        {
            return isAdmin ? wanted : caller.ProjectId;
        }

        throw new ApiException(new ApiError(
            StatusCodes.Status403Forbidden, "insufficient_scope", "Only a key with the scope 'admin' sees another project's usage.", "project_id"));
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
