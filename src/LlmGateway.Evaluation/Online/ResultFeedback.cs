using System.Net.Http.Json;
using System.Text.Json.Serialization;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Online;

/// <summary>Says what a run found of the calls that it graded. It is said under a key, so saying it again changes nothing.</summary>
internal sealed class ResultFeedback(EvaluationDbContext store, DatasetsClient datasets)
{
    private const int PageSize = 100;
    private const int Concurrency = 8;
    private const int MaxCommentLength = 10_000;

    /// <exception cref="ApiException">Datasets refuses it, such as for a metric of another type (400), or is away (503).</exception>
    public async Task SendAsync(OnlineRule rule, Run run, CancellationToken cancellationToken)
    {
        var caller = rule.Caller(Scopes.Data);
        var items = store.OutputItems.AsNoTracking().Where(item => item.RunId == run.Id && item.Results != null).OrderBy(item => item.Index);
        for (var page = await items.Take(PageSize).ToListAsync(cancellationToken); page is [.., var last];)
        {
            await Parallel.ForEachAsync(
                page.SelectMany(item => Of(rule, run, item)),
                new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
                async (said, token) => await SayAsync(caller, said, token));
            page = await items.Where(item => item.Index > last.Index).Take(PageSize).ToListAsync(cancellationToken);
        }
    }

    private async Task SayAsync(Caller caller, SaidOfCall said, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(said, EvaluationJson.TypeInfo<SaidOfCall>());
        await datasets.PostAsync(caller, "/v1/feedback", content, cancellationToken);
    }

    /// <summary>Scores alone: an abstention and an error say nothing of a call.</summary>
    private static IEnumerable<SaidOfCall> Of(OnlineRule rule, Run run, OutputItem item)
    {
        var call = JsonText.Parse(item.Item).GetProperty("inference_id").GetString()!;
        var tags = new Dictionary<string, string> { ["eval_id"] = run.EvalId, ["run_id"] = run.Id, ["online_rule_id"] = rule.Id };
        foreach (var result in RunJson.ReadResults(item.Results!).Where(result => result.Score is not null))
        {
            var metric = OnlineMetrics.Of(rule.Name, result.Name);
            var comment = result.Reason is { Length: > MaxCommentLength } reason ? reason[..MaxCommentLength] : result.Reason;
            yield return new SaidOfCall(call, metric, result.Score!.Value, string.IsNullOrEmpty(comment) ? null : comment, tags, $"{item.Id}:{metric}");
        }
    }
}

/// <summary>The body of <c>POST /v1/feedback</c>.</summary>
internal sealed record SaidOfCall(
    string InferenceId,
    string Metric,
    double Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Comment,
    IReadOnlyDictionary<string, string> Tags,
    string IdempotencyKey);
