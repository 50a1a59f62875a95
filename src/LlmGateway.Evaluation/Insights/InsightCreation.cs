using System.Text.Json.Nodes;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Insights;

/// <summary>Makes insights: what can be known to be wrong with a probe is refused before one item is probed.</summary>
internal sealed class InsightCreation(
    EvaluationDbContext store, EvalDefinitions definitions, DatasetsClient datasets, InsightWorker worker, IOptions<EvaluationOptions> options, TimeProvider time)
{
    private const int MaxIdLength = 64;

    /// <exception cref="ApiException">The eval or run is unknown (404), the run has not completed, or the request is malformed (400).</exception>
    public async Task<Insight> CreateAsync(JsonFields fields, Caller caller, CancellationToken cancellationToken)
    {
        var evalId = fields.Text("eval_id", MaxIdLength);
        var run = await store.GetRunAsync(caller.ProjectId, evalId, fields.Text("run_id", MaxIdLength), cancellationToken);
        if (run.Status != RunStatus.Completed)
        {
            throw JsonFields.Invalid($"The run '{run.Id}' is {run.Status}; only a completed run tells what failed.", "run_id");
        }

        var definition = await definitions.ReadAsync(await store.GetEvalAsync(caller.ProjectId, evalId, cancellationToken), cancellationToken);
        var settings = await InsightSettings.ReadAsync(fields, definition, datasets, caller, cancellationToken);
        var plan = Plan(settings, run, definition);
        await CheckAsync(plan, definition, caller, settings.Budget, cancellationToken);
        var insight = new Insight
        {
            Id = RowIds.New(IdPrefixes.Insight, time.GetUtcNow()),
            Status = InsightStatus.Queued,
            ProjectId = caller.ProjectId,
            KeyId = caller.KeyId,
            EvalId = evalId,
            RunId = run.Id,
            Request = JsonText.Compact(fields.Element),
            Plan = InsightJson.Write(plan),
            CreatedAt = time.NowMicros(),
        };
        store.Insights.Add(insight);
        await store.SaveChangesAsync(cancellationToken);
        worker.Wake();
        return insight;
    }

    private InsightPlan Plan(InsightSettings settings, Run run, EvalDefinition definition)
    {
        var asksModel = ReadPlan(run.DataSource, definition).Prompt is not null;
        return new InsightPlan(settings.Criteria, new ProbePlanner(settings.Probes, run, asksModel, time).Plan(), null, null);
    }

    private async Task CheckAsync(InsightPlan plan, EvalDefinition definition, Caller caller, int budget, CancellationToken cancellationToken)
    {
        var asking = plan.Probes.Where(probe => probe.RunId is not null && ProbeKind.CallsModel(probe.Kind)).ToList();
        var judged = plan.Probes.Any(probe => probe.RunId is not null) && definition.Graders.Any(grader => grader.CallsModels);
        if ((asking.Count > 0 || judged) && !caller.Scopes.HasFlag(Scopes.Inference))
        {
            throw new ApiException(new ApiError(403, "insufficient_scope", "These probes call models, for which the API key needs the scope 'inference'."));
        }

        if (plan.Affordable(budget) < 2)
        {
            throw JsonFields.Invalid($"'budget' is {budget}; {asking.Count} probes ask a model, so that it must be at least {2 * asking.Count}, for one item and one control each.", "budget");
        }

        foreach (var probe in asking)
        {
            await CheckDataSourceAsync(probe, definition, caller with { Scopes = Scopes.Data }, cancellationToken);
        }
    }

    /// <summary>A block is refused under the name that the caller gave it.</summary>
    private async Task CheckDataSourceAsync(PlannedProbe probe, EvalDefinition definition, Caller reader, CancellationToken cancellationToken)
    {
        try
        {
            var asked = DataSourceEdit.Of(probe.DataSource!).Over([new JsonObject { ["item"] = new JsonObject() }]).ToJsonString();
            await ReadPlan(asked, definition).Blocks.PinAsync(asked, datasets, reader, cancellationToken);
        }
        catch (ApiException exception) when (exception.Error is { Param: { } param })
        {
            var block = probe.Kind == ProbeKind.Retrieval ? "context" : probe.Kind;
            throw new ApiException(exception.Error with
            {
                Param = param.Replace($"data_source.{block}", $"probes.{probe.Kind}", StringComparison.Ordinal),
                Message = exception.Error.Message.Replace($"data_source.{block}", $"probes.{probe.Kind}", StringComparison.Ordinal),
            });
        }
    }

    private RunPlan ReadPlan(string dataSource, EvalDefinition definition) =>
        RunPlan.Read(JsonFields.Of(JsonText.Parse(dataSource), "data_source"), definition.Config, options.Value.MaxItems);
}
