using LlmGateway.Console.Api;
using LlmGateway.Console.Parts;
using LlmGateway.OpenAI;

namespace LlmGateway.Console.Home;

/// <summary>Something that runs, or has ended, as the overview lists it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Link">Its page.</param>
/// <param name="Status">As the API names it.</param>
/// <param name="CreatedAt">Unix seconds.</param>
public sealed record Work(string Kind, string Name, string Link, string Status, long CreatedAt)
{
    /// <summary>What came of it, or how far it is; null for nothing to say.</summary>
    public string? Note { get; init; }
}

/// <summary>Reads what runs and what was found, a few of each.</summary>
internal static class WorkReading
{
    /// <summary>Latest evals that are looked through for runs: the API lists runs by eval.</summary>
    private const int Evals = 8;

    private const string ForApproval = "approval";

    public static async Task<IReadOnlyList<Work>> JobsAsync(this GatewayApi api, CancellationToken cancellationToken) =>
        [.. (await api.GetAsync<ListPage<Job>>("/v1/fine_tuning/jobs?limit=20", cancellationToken)).Data
            .Where(job => job.Status is "queued" or "running" or "validating_files" or "paused" && job.Hold != ForApproval)
            .Select(job => Tell(job, job.Hold ?? job.Status))];

    /// <summary>What somebody has to approve. A job that an improvement made is told with that.</summary>
    public static async Task<IReadOnlyList<Work>> ApprovalsAsync(this GatewayApi api, CancellationToken cancellationToken)
    {
        var jobs = (await api.GetAsync<ListPage<Job>>("/v1/fine_tuning/jobs?limit=20", cancellationToken)).Data;
        var improvements = (await api.GetAsync<ListPage<Improvement>>("/v1/improvements?limit=20", cancellationToken)).Data.Where(one => one.WaitingFor is not null).ToList();
        return
        [
            .. improvements.Select(Tell),
            .. jobs.Where(job => job.Hold == ForApproval && improvements.TrueForAll(one => one.JobId != job.Id)).Select(job => Tell(job, "requires_approval")),
        ];
    }

    public static async Task<IReadOnlyList<Work>> ExperimentsAsync(this GatewayApi api, CancellationToken cancellationToken) =>
        [.. (await api.GetAsync<ListPage<Experiment>>("/v1/experiments?limit=20", cancellationToken)).Data
            .Where(one => one.Status is "running" or "paused")
            .Select(one => new Work("Experiment", one.Name, $"experiments/{one.Id}", one.Status, one.CreatedAt) { Note = $"{one.Model}, stage {one.Stage}" })];

    public static async Task<IReadOnlyList<Work>> RunsAsync(this GatewayApi api, CancellationToken cancellationToken)
    {
        var running = new List<Work>();
        foreach (var eval in (await api.GetAsync<ListPage<Eval>>($"/v1/evals?limit={Evals}&order=desc", cancellationToken)).Data)
        {
            var runs = await api.GetAsync<ListPage<Run>>($"/v1/evals/{eval.Id}/runs?status=in_progress&limit=3&order=desc", cancellationToken);
            running.AddRange(runs.Data.Select(run => new Work("Eval run", eval.Name, $"evals/{eval.Id}/runs/{run.Id}", run.Status, run.CreatedAt) { Note = $"{run.Model}, {Figures.Count(run.ResultCounts.Done)} of {Figures.Count(run.ResultCounts.Total)}" }));
        }

        return running;
    }

    /// <param name="api">The API.</param>
    /// <param name="running">Those that run, or those that ended; what waits is told by <see cref="ApprovalsAsync"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<Work>> ImprovementsAsync(this GatewayApi api, bool running, CancellationToken cancellationToken) =>
        [.. (await api.GetAsync<ListPage<Improvement>>("/v1/improvements?limit=5", cancellationToken)).Data
            .Where(one => one.WaitingFor is null && running == one.Status is "running").Select(Tell)];

    public static async Task<IReadOnlyList<Work>> InsightsAsync(this GatewayApi api, CancellationToken cancellationToken) =>
        [.. (await api.GetAsync<ListPage<Insight>>("/v1/insights?limit=5", cancellationToken)).Data
            .Select(one => new Work("Insight", "What to try next", $"insights/{one.Id}", one.Status, one.CreatedAt) { Note = one.Summary })];

    private static Work Tell(Job job, string status) => new("Fine-tuning", job.Model, $"fine-tuning/{job.Id}", status, job.CreatedAt);

    private static Work Tell(Improvement one) => new("Improvement", one.Request.Route, $"improvements/{one.Id}", one.WaitingFor is null ? one.Status : "requires_approval", one.CreatedAt)
    {
        Note = one.WaitingFor is { } step ? $"waits for your approval of its {step} step" : one.Outcome?.Replace('_', ' '),
    };

    private sealed record Job(string Id, string Model, string Status, string? Hold, long CreatedAt);

    private sealed record Experiment(string Id, string Name, string Model, string Status, int Stage, long CreatedAt);

    private sealed record Eval(string Id, string Name);

    private sealed record Run(string Id, string Model, string Status, Counts ResultCounts, long CreatedAt);

    private sealed record Counts(int Total, int Errored, int Failed, int Passed, int Abstained)
    {
        public int Done => Errored + Failed + Passed + Abstained;
    }

    private sealed record Improvement(string Id, string Status, string? Outcome, string? WaitingFor, string? JobId, ImprovementRequest Request, long CreatedAt);

    private sealed record ImprovementRequest(string Route);

    private sealed record Insight(string Id, string Status, string? Summary, long CreatedAt);
}
