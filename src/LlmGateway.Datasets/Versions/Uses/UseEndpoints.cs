using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Versions.Uses;

/// <summary>Other services say which versions their runs and jobs read, see <see cref="DatasetVersionUse"/>.</summary>
internal static class UseEndpoints
{
    private const int MaxUserLength = 128;

    public static void MapDatasetUses(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(DatasetVersionUse.Path, UseAsync).WithName("UseDatasetVersion").WithSummary("Keep a version while a run or a job reads it").ExcludeFromDescription();
        routes.MapDelete(DatasetVersionUse.Path, ReleaseAsync).WithName("ReleaseDatasetVersions").WithSummary("Let go of the versions of runs and jobs").ExcludeFromDescription();
    }

    private static async Task<IResult> UseAsync(DatasetVersionUse use, HttpContext http, DatasetsDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        if (use.UsedBy is not { Length: > 0 and <= MaxUserLength })
        {
            return ApiErrors.BadRequest($"Invalid 'used_by': expected 1 to {MaxUserLength} characters.", "used_by");
        }

        if (!DatasetVersionUse.Roles.Contains(use.Role))
        {
            return ApiErrors.BadRequest($"Invalid 'role': expected one of {string.Join(", ", DatasetVersionUse.Roles)}.", "role");
        }

        var project = http.Caller().ProjectId;
        var version = await context.FindVersionAsync(project, use.DatasetId ?? "", use.Version ?? "", cancellationToken);
        await context.UseVersionAsync(
            new DatasetUse { VersionId = version.Id, UsedBy = use.UsedBy, Split = use.Split ?? "", Role = use.Role, ProjectId = project, CreatedAtMicros = time.NowMicros() },
            cancellationToken);
        return TypedResults.Json(use with { Version = version.Id }, DatasetsJsonContext.Default.DatasetVersionUse);
    }

    private static async Task<IResult> ReleaseAsync(HttpContext http, DatasetsDbContext context, CancellationToken cancellationToken)
    {
        var (project, users) = (http.Caller().ProjectId, http.Request.Query[DatasetVersionUse.UsedByParameter].OfType<string>().ToArray());
        if (users.Length is 0 or > DatasetVersionUse.MaxUsers)
        {
            return ApiErrors.BadRequest($"Invalid 'used_by': expected 1 to {DatasetVersionUse.MaxUsers} of them.", "used_by");
        }

        await context.DatasetUses.Where(use => use.ProjectId == project && users.Contains(use.UsedBy)).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.Json(new DeletedObject(users[0], "dataset.use.deleted"), DatasetsJsonContext.Default.DeletedObject);
    }
}
