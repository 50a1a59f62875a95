using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Evaluation.Tests.Experiments;

/// <summary>The gateway's and Datasets' side of experiments: a list that decisions change, and sums that a test says.</summary>
internal sealed class ExperimentServer
{
    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Lock _lock = new();
    private readonly Dictionary<string, RunningExperiment> _running = [];

    /// <summary>Decisions that were taken, with the experiment as it was.</summary>
    public ConcurrentQueue<(RunningExperiment Experiment, ExperimentDecision Decision)> Taken { get; } = new();

    /// <summary>Decisions on an older version.</summary>
    public ConcurrentQueue<ExperimentDecision> Refused { get; } = new();

    /// <summary>Stages that were asked for.</summary>
    public ConcurrentQueue<int> AskedStages { get; } = new();

    /// <summary>What a stage of an experiment has measured.</summary>
    public Func<RunningExperiment, int, IEnumerable<ExposureArm[]>> Sums { get; set; } = (_, _) => [];

    /// <summary>The status with which sums are answered.</summary>
    public int SumsStatus { get; set; } = 200;

    /// <summary>Called before a decision is looked at.</summary>
    public Action<RunningExperiment> BeforeDecision { get; set; } = _ => { };

    public void Set(RunningExperiment experiment)
    {
        lock (_lock)
        {
            _running[experiment.Id] = experiment;
        }
    }

    public bool IsRunning(string id)
    {
        lock (_lock)
        {
            return _running.ContainsKey(id);
        }
    }

    public Task ListAsync(HttpContext context)
    {
        lock (_lock)
        {
            return context.Response.WriteAsJsonAsync(_running.Values.ToList(), Snake);
        }
    }

    public Task TellSumsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var stage = int.Parse(query["stage"].ToString(), CultureInfo.InvariantCulture);
        AskedStages.Enqueue(stage);
        RunningExperiment? experiment;
        lock (_lock)
        {
            experiment = _running.GetValueOrDefault(query["experiment_id"].ToString());
        }

        context.Response.StatusCode = SumsStatus;
        return SumsStatus != 200 ? Task.CompletedTask
            : context.Response.WriteAsJsonAsync(new ExposureSums(experiment is null ? [] : [.. Sums(experiment, stage).SelectMany(arm => arm)]), Snake);
    }

    public async Task DecideAsync(HttpContext context, string id)
    {
        var decision = (await JsonSerializer.DeserializeAsync<ExperimentDecision>(context.Request.Body, Snake))!;
        lock (_lock)
        {
            if (_running.TryGetValue(id, out var experiment))
            {
                BeforeDecision(experiment);
            }

            context.Response.StatusCode = _running.TryGetValue(id, out experiment) && experiment.Version == decision.Version ? 200 : 409;
            if (context.Response.StatusCode == 409)
            {
                Refused.Enqueue(decision);
                return;
            }

            Taken.Enqueue((experiment!, decision));
            Carry(experiment!, decision);
        }
    }

    private void Carry(RunningExperiment experiment, ExperimentDecision decision)
    {
        if (decision.Action is ExperimentAction.Promote or ExperimentAction.RollBack or ExperimentAction.Conclude)
        {
            _running.Remove(experiment.Id);
            return;
        }

        var isNewStage = decision.Weights is not null;
        _running[experiment.Id] = experiment with
        {
            Version = experiment.Version + 1,
            Stage = experiment.Stage + (isNewStage ? 1 : 0),
            Arms = [.. experiment.Arms.Select(arm => decision.Weights is { } weights ? arm with { Weight = weights[arm.Name] } : arm)],
        };
    }
}
