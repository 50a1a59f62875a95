using LlmGateway.Retrieval.Files;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>Whether files that a request names can be found by a search: one that cannot would count as never found, and tell nothing.</summary>
internal sealed class StoreFiles(RetrievalDbContext context, string storeId)
{
    /// <summary>Ids in one statement.</summary>
    public const int Batch = 500;

    /// <param name="named">Ids, each with the field that names it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">One is not in the store, or not searchable (400).</exception>
    public async Task CheckAsync(IReadOnlyList<(string FileId, string Param)> named, CancellationToken cancellationToken)
    {
        var statuses = new Dictionary<string, string>();
        foreach (var part in named.Select(file => file.FileId).Distinct().Chunk(Batch))
        {
            var rows = await context.Files.Where(file => file.VectorStoreId == storeId && part.Contains(file.FileId))
                .Select(file => new { file.FileId, file.Status }).ToListAsync(cancellationToken);
            rows.ForEach(row => statuses[row.FileId] = row.Status);
        }

        if (named.FirstOrDefault(file => statuses.GetValueOrDefault(file.FileId) != FileStatus.Completed) is ({ } id, var param))
        {
            throw statuses.GetValueOrDefault(id) is { } status
                ? RequestField.Invalid(param, $"the file '{id}' is {status} in the vector store, so no search can find it")
                : RequestField.Invalid(param, $"the vector store has no file '{id}'");
        }
    }
}
