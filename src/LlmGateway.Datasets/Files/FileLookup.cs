using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Files;

/// <summary>Finds files of one project that have not expired.</summary>
internal static class FileLookup
{
    public static IQueryable<StoredFile> FilesOf(this DatasetsDbContext context, string project, DateTimeOffset now)
    {
        var micros = UnixMicros.Of(now);
        return context.Files.AsNoTracking().Where(file => file.ProjectId == project && (file.ExpiresAtMicros == null || file.ExpiresAtMicros > micros));
    }

    /// <exception cref="ApiException">There is none (404).</exception>
    public static async Task<StoredFile> FindFileAsync(
        this DatasetsDbContext context, string project, string id, DateTimeOffset now, CancellationToken cancellationToken, string param = "id") =>
        await context.FilesOf(project, now).FirstOrDefaultAsync(file => file.Id == id, cancellationToken)
        ?? throw new ApiException(ApiErrors.NotFound($"No such File object: {id}", param));
}
