using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Experiments;

/// <summary>Changes experiments, each change in one transaction with its entry in the audit trail, and tells every gateway.</summary>
internal sealed class ExperimentChanges(
    GatewayDbContext context, SettingsChange change, ExperimentDirectory directory, ExperimentAnnouncer announcer, TimeProvider time)
{
    private const int MaxExperiments = 50;

    /// <summary>What an adaptive experiment's trail keeps of its changing weights: the newest of them.</summary>
    private const int MaxReweighings = 1000;

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    public Task<Experiment> CreateAsync(Experiment row, string actor, CancellationToken cancellationToken) => change.MakeAsync(
        directory,
        row.ProjectId,
        async () =>
        {
            await RefuseAsync(row, cancellationToken);
            context.Add(row);
            Note(row, null, new ExperimentNote(actor, "create", null));
            return row;
        },
        cancellationToken);

    /// <summary>Changes one, and writes what the change says of itself into the audit trail.</summary>
    /// <param name="experiment">What is there; its row is read again, behind every other change.</param>
    /// <param name="apply">Changes the row; null where nothing was to be changed. Throws <see cref="ApiException"/> to refuse.</param>
    /// <param name="cancellationToken">Gives up before the commit.</param>
    public async Task<Experiment> ChangeAsync(
        Experiment experiment, Func<Experiment, Task<ExperimentNote?>> apply, CancellationToken cancellationToken)
    {
        var changed = await change.MakeAsync(
            directory,
            experiment.ProjectId,
            async () =>
            {
                var row = await context.Experiments.SingleOrDefaultAsync(row => row.Id == experiment.Id, cancellationToken) ?? throw Unknown(experiment.Id);
                var before = row.ReadWeights();
                if (await apply(row) is { } note)
                {
                    Note(row, before, note);
                    await ForgetReweighingsAsync(row, note.Action, cancellationToken);
                }

                return row;
            },
            cancellationToken);
        announcer.Wake();
        return changed;
    }

    /// <summary>The trail stays.</summary>
    public Task DeleteAsync(Experiment experiment, string actor, CancellationToken cancellationToken) => ChangeAsync(
        experiment,
        row =>
        {
            context.Remove(row);
            return Task.FromResult<ExperimentNote?>(new ExperimentNote(actor, "delete", null));
        },
        cancellationToken);

    /// <summary>By its id or its name.</summary>
    public async Task<Experiment> FindAsync(string project, string id, CancellationToken cancellationToken) =>
        await context.Experiments.AsNoTracking()
            .SingleOrDefaultAsync(row => row.ProjectId == project && (row.Id == id || row.Name == id), cancellationToken) ?? throw Unknown(id);

    /// <summary>One route is shared out by one experiment at a time.</summary>
    /// <exception cref="ApiException">409: another one runs on it.</exception>
    public async Task RefuseSecondAsync(Experiment row, CancellationToken cancellationToken)
    {
        var name = ProjectExperiments.NameOf(row.Model);
        var running = await context.Experiments.AsNoTracking()
            .Where(other => other.ProjectId == row.ProjectId && other.Status == ExperimentStatus.Running && other.Id != row.Id)
            .Select(other => new { other.Name, other.Model }).ToListAsync(cancellationToken);
        if (running.Find(other => ProjectExperiments.NameOf(other.Model) == name) is { } first)
        {
            throw Conflict("experiment_running", $"The experiment '{first.Name}' runs on '{row.Model}' already: pause, end or delete it first.", "model");
        }
    }

    public static ApiException Conflict(string code, string message, string? param = null) =>
        new(new ApiError(StatusCodes.Status409Conflict, code, message, param));

    public static ApiException Unknown(string id) => new(ApiErrors.NotFound($"There is no experiment '{id}'.", "id"));

    private async Task RefuseAsync(Experiment row, CancellationToken cancellationToken)
    {
        var others = context.Experiments.Where(other => other.ProjectId == row.ProjectId);
        if (await others.AnyAsync(other => other.Name == row.Name, cancellationToken))
        {
            throw Conflict("name_taken", $"There is an experiment '{row.Name}' already; delete it, or take another name.", "name");
        }

        await RefuseSecondAsync(row, cancellationToken);
        if (await others.CountAsync(cancellationToken) >= MaxExperiments)
        {
            throw new ApiException(ApiErrors.BadRequest($"A project may have at most {MaxExperiments} experiments: delete some.", "name", "too_many_experiments"));
        }
    }

    private async Task ForgetReweighingsAsync(Experiment row, string action, CancellationToken cancellationToken)
    {
        if (action == ExperimentAction.Reweigh)
        {
            var old = context.ExperimentEvents.Where(told => told.ExperimentId == row.Id && told.Action == action)
                .OrderByDescending(told => told.CreatedAt).ThenByDescending(told => told.Id).Skip(MaxReweighings).Select(told => told.Id);
            await context.ExperimentEvents.Where(told => old.Contains(told.Id)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private void Note(Experiment row, double[]? before, ExperimentNote note)
    {
        var definition = row.ReadDefinition();
        context.Add(new ExperimentEvent
        {
            Id = RowIds.New(ExperimentEvent.IdPrefix, time.GetUtcNow()),
            ExperimentId = row.Id,
            ProjectId = row.ProjectId,
            CreatedAt = Now,
            Actor = note.Actor,
            Action = note.Action,
            Reason = note.Reason,
            Evidence = note.Evidence,
            Stage = row.Stage,
            WeightsBefore = before is null ? null : ExperimentEvent.Write(definition, before),
            WeightsAfter = ExperimentEvent.Write(definition, row.ReadWeights()),
            AlarmKind = note.AlarmKind,
            Winner = note.Action == ExperimentAction.Promote ? row.Winner : null,
            Announcement = ExperimentEvent.AnnouncementOf(note.Action),
        });
    }
}

/// <summary>What a change says of itself.</summary>
/// <param name="Actor">Who made it.</param>
/// <param name="Action">What was done.</param>
/// <param name="Reason">Why; null where it was not told.</param>
internal sealed record ExperimentNote(string Actor, string Action, string? Reason)
{
    /// <summary>A JSON object; null for none.</summary>
    public string? Evidence { get; init; }

    /// <summary>Null for what is no alarm.</summary>
    public string? AlarmKind { get; init; }
}
