using System.Text.Json;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.FineTuning.Jobs;

/// <summary>A list's filter: <c>metadata[key]=value</c>, any number of them, or <c>metadata=null</c> for jobs without.</summary>
internal sealed record JobFilter(bool WithoutMetadata, IReadOnlyList<string> Pairs)
{
    private const string Open = "metadata[";
    private const int Most = 16;

    public static JobFilter Read(IQueryCollection query)
    {
        var pairs = query.Where(entry => entry.Key.StartsWith(Open, StringComparison.Ordinal) && entry.Key.EndsWith(']'))
            .Select(entry => Pair(entry.Key[Open.Length..^1], entry.Value.ToString())).ToList();
        return pairs.Count <= Most ? new JobFilter(query["metadata"] == "null", pairs)
            : throw new ApiException(ApiErrors.BadRequest($"Filter by at most {Most} pairs of metadata.", "metadata"));
    }

    public IQueryable<Job> Apply(IQueryable<Job> jobs)
    {
        jobs = WithoutMetadata ? jobs.Where(job => job.Metadata == null) : jobs;
        return Pairs.Aggregate(jobs, (rows, pair) => rows.Where(job => job.Metadata!.Contains(pair)));
    }

    // As it stands in the column. Within a key or a value its quotes would be escaped, so it is found as a whole pair only.
    private static string Pair(string key, string value) =>
        $"{JsonSerializer.Serialize(key, FineTuningJsonContext.Default.String)}:{JsonSerializer.Serialize(value, FineTuningJsonContext.Default.String)}";
}
