using System.Text.Json;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>Makes adapters: there must be queries enough to learn from and to be tested on.</summary>
internal sealed class AdapterCreation(RetrievalDbContext context, UploadedLines lines, AdapterWorker worker, TimeProvider time)
{
    /// <exception cref="ApiException">The request is malformed (400), something that it names is not there (404), or another is being made (409).</exception>
    public async Task<RetrievalAdapter> CreateAsync(AdapterRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var plan = request.Read();
        plan.Configuration.CheckScope(caller, "configuration");
        var store = await context.FindLiveStoreAsync(caller.ProjectId, request.VectorStoreId!, time, cancellationToken);
        var param = request.Pairs is null ? "pairs_file_id" : "pairs";
        var pairs = request.Pairs
            ?? await lines.ReadAsync(caller, request.PairsFileId!, AdapterRequest.MaxPairs, AdapterJsonContext.Default.TrainingPair, param, cancellationToken);
        if (pairs.Count is < AdapterRequest.MinPairs or > AdapterRequest.MaxPairs)
        {
            throw RequestField.Invalid(param, $"expected {AdapterRequest.MinPairs} to {AdapterRequest.MaxPairs} pairs");
        }

        foreach (var (place, pair) in pairs.Index())
        {
            (pair ?? throw RequestField.Invalid($"{param}[{place}]", "expected an object")).Check($"{param}[{place}]");
        }

        var split = PairSplit.Of(pairs, plan.Holdout, plan.Seed);
        if (split.HeldOut.DistinctBy(pair => pair.Query).Count() < PairSplit.MinHeldOut || split.Validation.Count == 0)
        {
            throw RequestField.Invalid(param, $"at least {PairSplit.MinHeldOut} queries with a 'file_id' must be held out, of different texts; give more pairs, or a larger 'holdout'");
        }

        await new StoreFiles(context, store.Id).CheckAsync(
            [.. pairs.Index().Where(pair => pair.Item.FileId is not null).Select(pair => (pair.Item.FileId!, $"{param}[{pair.Index}].file_id"))], cancellationToken);
        return await AddAsync(request, caller, store, plan, pairs, cancellationToken);
    }

    private async Task<RetrievalAdapter> AddAsync(
        AdapterRequest request, Caller caller, VectorStore store, AdapterPlan plan, IReadOnlyList<TrainingPair> pairs, CancellationToken cancellationToken)
    {
        var (now, name) = (time.GetUtcNow(), request.Name ?? "default");
        var last = await context.Set<RetrievalAdapter>().Where(row => row.VectorStoreId == store.Id && row.Name == name).MaxAsync(row => (int?)row.Version, cancellationToken);
        var row = new RetrievalAdapter
        {
            Id = RowIds.New(RetrievalAdapter.IdPrefix, now),
            Status = WorkStatus.Queued,
            ProjectId = caller.ProjectId,
            KeyId = caller.KeyId,
            VectorStoreId = store.Id,
            Name = name,
            Version = (last ?? 0) + 1,
            Plan = JsonSerializer.Serialize(plan, AdapterJsonContext.Default.AdapterPlan),
            Pairs = pairs.Count,
            CreatedAtMicros = UnixMicros.Of(now),
        };
        context.Add(row);
        context.Add(new AdapterData { AdapterId = row.Id, Pairs = JsonSerializer.Serialize(pairs, AdapterJsonContext.Default.IReadOnlyListTrainingPair) });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException) when (context.Set<RetrievalAdapter>().Any(other => other.VectorStoreId == store.Id && other.Name == name && other.Version == row.Version))
        {
            throw new ApiException(new ApiError(409, "conflict", $"Another adapter '{name}' was made at the same time. Try again.", "name"));
        }

        worker.Wake();
        return row;
    }
}
