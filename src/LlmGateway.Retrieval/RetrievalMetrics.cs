using System.Diagnostics.Metrics;

namespace LlmGateway.Retrieval;

/// <summary>What became of files and queries, and where a bound was reached.</summary>
internal sealed class RetrievalMetrics
{
    public const string MeterName = "LlmGateway.Retrieval";

    private readonly Counter<long> _files;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _notKept;
    private readonly Counter<long> _refused;

    public RetrievalMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _files = meter.CreateCounter<long>("llmgateway.retrieval.files", "{file}", "Files that ended on their way into stores, by status and, of failed ones, code.");
        _retries = meter.CreateCounter<long>("llmgateway.retrieval.embedding.retries", "{call}", "Calls of embedding models that were made again.");
        _notKept = meter.CreateCounter<long>("llmgateway.retrieval.copies.not_kept", "{copy}", "Copies of stores that were made and did not fit the memory for them: each search makes them anew.");
        _refused = meter.CreateCounter<long>("llmgateway.retrieval.source.refused", "{query}", "Queries of structured sources that were not run to their end, by reason.");
    }

    /// <param name="status"><c>completed</c> or <c>failed</c>.</param>
    /// <param name="code">The error's code; null for none.</param>
    public void EndFile(string status, string? code = null) => _files.Add(1, new("llmgateway.file.status", status), new("error.type", code));

    public void RetryEmbedding() => _retries.Add(1);

    /// <param name="copy">What it is a copy of, as the type says.</param>
    public void NotKept(string copy) => _notKept.Add(1, new KeyValuePair<string, object?>("llmgateway.retrieval.copy", copy));

    public void RefuseQuery(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("error.type", reason));
}
