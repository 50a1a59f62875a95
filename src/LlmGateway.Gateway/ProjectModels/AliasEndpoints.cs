using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.ProjectModels;

/// <summary>A project's aliases: ours, in OpenAI's conventions. An alias can be switched to another model at run time.</summary>
internal static class AliasEndpoints
{
    private const int MaxAliases = 500;

    public static void MapAliases(this IEndpointRouteBuilder endpoints)
    {
        var aliases = endpoints.MapGroup("/v1/aliases").WithTags("Models");
        aliases.MapGet("", ListAsync).RequireAuthorization(Policies.Inference)
            .WithName("gateway.aliases.list").WithSummary("List the project's aliases.");
        aliases.MapGet("/{**name}", GetAsync).RequireAuthorization(Policies.Inference)
            .WithName("gateway.aliases.get").WithSummary("Get one alias.");
        aliases.MapPut("/{**name}", PutAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.aliases.put").WithSummary("Make an alias, or switch it to another model on every gateway.");
        aliases.MapDelete("/{**name}", DeleteAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.aliases.delete").WithSummary("Delete an alias.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var project = http.Caller().ProjectId;
        var rows = await context.ModelAliases.AsNoTracking().Where(alias => alias.ProjectId == project).PageByName(page).ToListAsync(cancellationToken);
        return TypedResults.Json(
            rows.ToPage(page.Limit, AliasResource.From, alias => alias.Name), GatewayJsonContext.Default.ListPageAliasResource);
    }

    private static async Task<IResult> GetAsync(string name, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken) =>
        TypedResults.Json(
            AliasResource.From(await FindAsync(context, http.Caller().ProjectId, name, cancellationToken) ?? throw Unknown(name)),
            GatewayJsonContext.Default.AliasResource);

    private static async Task<IResult> PutAsync(
        string name, AliasRequest request, HttpContext http, GatewayDbContext context, AliasRules rules, SettingsChange change, ProjectModelDirectory directory,
        TimeProvider time, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        await rules.CheckAsync(project, name, request.Model, cancellationToken);
        var alias = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                var alias = await FindAsync(context, project, name, cancellationToken) ?? await AddAsync(context, project, name, cancellationToken);
                ExpectedVersion.Check("alias", alias.Version, request.Version);
                if (await FindAsync(context, project, request.Model!, cancellationToken) is not null)
                {
                    throw new ApiException(ApiErrors.BadRequest($"'{request.Model}' is itself an alias; name the model it stands for.", "model"));
                }

                alias.Model = request.Model!;
                alias.Version++;
                alias.UpdatedAt = time.GetUtcNow().ToUnixTimeSeconds();
                return alias;
            },
            cancellationToken);
        return TypedResults.Json(AliasResource.From(alias), GatewayJsonContext.Default.AliasResource);
    }

    private static async Task<IResult> DeleteAsync(
        string name, HttpContext http, GatewayDbContext context, SettingsChange change, ProjectModelDirectory directory, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var version = ExpectedVersion.Read(http.Request.Query);
        var deleted = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                var alias = await FindAsync(context, project, name, cancellationToken) ?? throw Unknown(name);
                ExpectedVersion.Check("alias", alias.Version, version);
                context.Remove(alias);
                return new DeletedObject(name, "alias.deleted");
            },
            cancellationToken);
        return TypedResults.Json(deleted, GatewayJsonContext.Default.DeletedObject);
    }

    private static Task<ModelAlias?> FindAsync(GatewayDbContext context, string project, string name, CancellationToken cancellationToken) =>
        context.ModelAliases.SingleOrDefaultAsync(alias => alias.ProjectId == project && alias.Name == name, cancellationToken);

    private static async Task<ModelAlias> AddAsync(GatewayDbContext context, string project, string name, CancellationToken cancellationToken)
    {
        if (await context.ModelAliases.CountAsync(alias => alias.ProjectId == project, cancellationToken) >= MaxAliases)
        {
            throw new ApiException(ApiErrors.BadRequest($"A project may have at most {MaxAliases} aliases.", "name", "too_many_aliases"));
        }

        return context.Add(new ModelAlias { ProjectId = project, Name = name, Model = "", Version = 0, UpdatedAt = 0 }).Entity;
    }

    private static ApiException Unknown(string name) => new(ApiErrors.NotFound($"There is no alias '{name}'.", "name"));
}
