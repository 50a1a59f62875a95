using System.Text.Json;
using LlmGateway.Retrieval.Models;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Routing;

/// <summary>Makes routers: trains them, or tests the model that they ask.</summary>
internal sealed class RouterCreation(RetrievalDbContext context, ModelRouting models, TrainingTurn turn, IOptions<RouterOptions> options, TimeProvider time)
{
    /// <exception cref="ApiException">
    /// The request is malformed, names what is not there, or the project has too many (400); the caller may not ask the model (403), or it does not answer (502).
    /// </exception>
    public async Task<RetrievalRouter> CreateAsync(RouterRequest request, Caller caller, CancellationToken cancellationToken)
    {
        request.Check();
        if (await context.FindLostAsync(caller.ProjectId, request.Routes!, cancellationToken) is var (route, field))
        {
            throw RequestField.Invalid($"routes[{request.Routes!.Index().First(one => one.Item == route).Index}].{field}", $"the project has no '{route.VectorStoreId ?? route.SourceId}'");
        }

        await CheckRoomAsync(caller.ProjectId, cancellationToken);
        var (report, classifier) = request.Model is { } model
            ? (await TestAsync(request, model, caller, cancellationToken), null)
            : await TrainAsync(request, cancellationToken);
        await CheckRoomAsync(caller.ProjectId, cancellationToken);
        return await AddAsync(request, caller, report, classifier, cancellationToken);
    }

    private async Task CheckRoomAsync(string project, CancellationToken cancellationToken)
    {
        var most = options.Value.ProjectRouters;
        if (await context.RoutersOf(project).CountAsync(cancellationToken) >= most)
        {
            throw new ApiException(ApiErrors.BadRequest($"A project may have at most {most} routers (Retrieval:ProjectRouters): delete some.", "name", "too_many_routers"));
        }
    }

    private async Task<RouterReport?> TestAsync(RouterRequest request, string model, Caller caller, CancellationToken cancellationToken)
    {
        StructuredChat.RequireScope(caller, "model");
        return request.Examples is { Count: > 0 } examples ? await models.TestAsync(caller, (model, "model"), request.Routes!, examples, cancellationToken) : null;
    }

    private async Task<(RouterReport? Report, byte[]? Classifier)> TrainAsync(RouterRequest request, CancellationToken cancellationToken)
    {
        List<(string Query, string Label)> examples = [.. request.Examples!.Select(example => (example.Query!, example.Label!))];
        using var mine = await turn.TakeAsync(cancellationToken);
        var (classifier, report) = await Task.Run(
            () => RouterTraining.Run(examples, request.Holdout ?? RouterRequest.DefaultHoldout, options.Value.MostWeights, cancellationToken), cancellationToken);
        return (report, RouterClassifiers.Write(classifier));
    }

    private async Task<RetrievalRouter> AddAsync(RouterRequest request, Caller caller, RouterReport? report, byte[]? classifier, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = new RetrievalRouter
        {
            Id = RowIds.New(RetrievalRouter.IdPrefix, now),
            ProjectId = caller.ProjectId,
            Name = request.Name!,
            Routes = JsonSerializer.Serialize(request.Routes!, RouterJsonContext.Default.IReadOnlyListRoute),
            Model = request.Model,
            Report = report is null ? null : JsonSerializer.Serialize(report, RouterJsonContext.Default.RouterReport),
            CreatedAtMicros = UnixMicros.Of(now),
        };
        context.Add(row);
        if (classifier is not null)
        {
            context.Add(new RouterData { RouterId = row.Id, Classifier = classifier });
        }

        await context.SaveChangesAsync(cancellationToken);
        return row;
    }
}
