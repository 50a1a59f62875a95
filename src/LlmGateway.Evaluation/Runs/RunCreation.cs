using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Runs;

/// <summary>Makes runs: what can be known to be wrong is refused before there is one.</summary>
internal sealed class RunCreation(
    EvaluationDbContext store, EvalDefinitions definitions, DatasetsClient datasets, RunVersions versions, RunAnnouncer announcer, IOptions<EvaluationOptions> options, TimeProvider time)
{
    private const int MaxNameLength = 500;

    /// <param name="eval">What is run.</param>
    /// <param name="fields">The request.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="id">An id that was given before, so that work which is done again makes the run once; null for a new one.</param>
    /// <exception cref="ApiException">The request is malformed (400), or its data is not there (404).</exception>
    public async Task<Run> CreateAsync(Eval eval, JsonFields fields, Caller caller, CancellationToken cancellationToken, string? id = null)
    {
        var run = await PrepareAsync(eval, fields, caller, cancellationToken, id);
        await versions.KeepAsync(run, cancellationToken);
        try
        {
            store.Runs.Add(run);
            await store.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException) when (id is null)
        {
            // One that was given its id is made again; of any other nobody knows the id.
            await versions.ReleaseAsync(run.ProjectId, [run.Id], cancellationToken);
            throw;
        }

        await announcer.AnnounceAsync(run);
        return run;
    }

    /// <summary>Checks all that a run needs, and makes it without keeping it.</summary>
    /// <inheritdoc cref="CreateAsync"/>
    public async Task<Run> PrepareAsync(Eval eval, JsonFields fields, Caller caller, CancellationToken cancellationToken, string? id = null)
    {
        fields.Only("name", "metadata", "data_source");
        var definition = await definitions.ReadAsync(eval, cancellationToken);
        var dataSource = fields.Object("data_source");
        var plan = RunPlan.Read(dataSource, definition.Config, options.Value.MaxItems);
        CheckScope(plan, definition, caller);
        CheckInline(plan, definition, dataSource.At("source.content"));
        var reader = caller with { Scopes = Scopes.Data };
        var version = await plan.Source.CheckAsync(datasets, reader, cancellationToken);
        if (plan.Replay is { } replay && replay.Id != ReplayModel.Source && replay.Id != plan.Source.Id)
        {
            await SamplerFactory.SourceOf(replay).CheckAsync(datasets, reader, cancellationToken);
        }

        id ??= RowIds.New(IdPrefixes.Run, time.GetUtcNow());
        var pinned = await plan.Blocks.PinAsync(RunPlan.Pin(dataSource.Element, version), datasets, reader, cancellationToken);
        return new Run
        {
            Id = id,
            Status = RunStatus.Queued,
            ProjectId = eval.ProjectId,
            KeyId = caller.KeyId,
            EvalId = eval.Id,
            Name = fields.FindText("name", MaxNameLength) ?? id,
            Model = plan.Model,
            DataSource = pinned,
            ConfigurationHash = DataSourceHash.Of(JsonText.Parse(pinned)),
            Metadata = Metadata.Read(fields),
            CreatedAt = time.NowMicros(),
            Totals = RunJson.NoTotals,
        };
    }

    /// <summary>Reading data is one right, and calling models, which costs, another.</summary>
    private static void CheckScope(RunPlan plan, EvalDefinition definition, Caller caller)
    {
        var callsModels = plan.Prompt is not null || definition.Graders.Any(grader => grader.CallsModels);
        if (callsModels && !caller.Scopes.HasFlag(Scopes.Inference))
        {
            throw new ApiException(new ApiError(403, "insufficient_scope", "This run calls models, for which its API key needs the scope 'inference'."));
        }
    }

    private static void CheckInline(RunPlan plan, EvalDefinition definition, string field)
    {
        foreach (var item in plan.Source is InlineSource inline ? inline.Items : [])
        {
            var violations = definition.Schema.Validate(JsonText.Compact(item.Item));
            if (violations.Count > 0)
            {
                throw JsonFields.Invalid($"Item {item.Index} does not fit the item schema: {string.Join("; ", violations)}.", $"{field}[{item.Index}].item");
            }
        }
    }
}
