using System.Text.Json;
using LlmGateway.Retrieval.Adapters;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Retrieval.VectorStores;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>Makes evaluations: every file that a query names must be in the store and searchable before there is one.</summary>
internal sealed class EvaluationCreation(
    RetrievalDbContext context, UploadedLines lines, AdapterLookup adapters, EvaluationWorker worker, TimeProvider time)
{
    private const int MaxQueries = 2000;

    /// <exception cref="ApiException">The request is malformed (400), or something that it names is not there (404).</exception>
    public async Task<RetrievalEvaluation> CreateAsync(EvaluationRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var plan = request.Read();
        foreach (var (place, named) in plan.Configurations.Index())
        {
            named.Configuration?.CheckScope(caller, $"configurations[{place}].configuration");
        }

        var store = await context.FindLiveStoreAsync(caller.ProjectId, request.VectorStoreId!, time, cancellationToken);
        await CheckAdaptersAsync(store, plan, cancellationToken);
        var param = request.Queries is null ? "queries_file_id" : "queries";
        var queries = request.Queries
            ?? await lines.ReadAsync(caller, request.QueriesFileId!, MaxQueries, EvaluationJsonContext.Default.JudgedQuery, param, cancellationToken);
        if (queries.Count is 0 or > MaxQueries)
        {
            throw RequestField.Invalid(param, $"expected 1 to {MaxQueries} queries");
        }

        foreach (var (place, query) in queries.Index())
        {
            (query ?? throw RequestField.Invalid($"{param}[{place}]", "expected an object")).Check($"{param}[{place}]");
        }

        await new StoreFiles(context, store.Id).CheckAsync([.. queries.SelectMany((query, place) => query.Files($"{param}[{place}]"))], cancellationToken);
        await CheckSpansAsync(store, queries, param, cancellationToken);
        return await AddAsync(request, caller, store, plan, queries, cancellationToken);
    }

    private async Task<RetrievalEvaluation> AddAsync(
        EvaluationRequest request, Caller caller, VectorStore store, EvaluationPlan plan, IReadOnlyList<JudgedQuery> queries, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = RowIds.New(RetrievalEvaluation.IdPrefix, now);
        var row = new RetrievalEvaluation
        {
            Id = id,
            Status = WorkStatus.Queued,
            ProjectId = caller.ProjectId,
            KeyId = caller.KeyId,
            VectorStoreId = store.Id,
            Name = request.Name ?? id,
            Plan = plan.Write(),
            Queries = queries.Count,
            CreatedAtMicros = UnixMicros.Of(now),
        };
        context.Add(row);
        context.AddRange(queries.Select((query, place) => new EvaluationQuery
        {
            EvaluationId = id,
            Index = place,
            Query = JsonSerializer.Serialize(query, EvaluationJsonContext.Default.JudgedQuery),
        }));
        await context.SaveChangesAsync(cancellationToken);
        worker.Wake();
        return row;
    }

    private async Task CheckAdaptersAsync(VectorStore store, EvaluationPlan plan, CancellationToken cancellationToken)
    {
        foreach (var (place, named) in plan.Configurations.Index())
        {
            await adapters.CheckAsync(store, named.Configuration?.Adapter, $"configurations[{place}].configuration.adapter", cancellationToken);
        }

        await adapters.CheckAsync(store, plan.Tune?.Configuration?.Adapter, "tune.configuration.adapter", cancellationToken);
    }

    /// <summary>A span behind the end of its file was counted in something else than the characters of the file's text.</summary>
    private async Task CheckSpansAsync(VectorStore store, IReadOnlyList<JudgedQuery> queries, string param, CancellationToken cancellationToken)
    {
        var named = queries.SelectMany(query => query.Spans ?? []).Select(span => span.FileId!).Distinct().ToList();
        var lengths = new Dictionary<string, int>();
        foreach (var part in named.Chunk(StoreFiles.Batch))
        {
            var found = await context.Files.Where(file => file.VectorStoreId == store.Id && part.Contains(file.FileId))
                .Join(context.DocumentTexts, file => file.Id, text => text.FileRowId, (file, text) => new { file.FileId, text.Text.Length }).ToListAsync(cancellationToken);
            found.ForEach(file => lengths[file.FileId] = file.Length);
        }

        foreach (var (place, query) in queries.Index())
        {
            if (query.Spans?.Index().FirstOrDefault(span => span.Item.End > lengths.GetValueOrDefault(span.Item.FileId!)) is (var wrong, { } span))
            {
                throw RequestField.Invalid(
                    $"{param}[{place}].spans[{wrong}].end", $"the text of '{span.FileId}' has {lengths.GetValueOrDefault(span.FileId!)} characters");
            }
        }
    }
}
