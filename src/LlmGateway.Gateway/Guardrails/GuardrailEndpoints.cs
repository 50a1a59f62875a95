using System.Text.Json;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Guardrails;

/// <summary>A project's guardrails: ours, in OpenAI's conventions.</summary>
internal static class GuardrailEndpoints
{
    /// <summary>All of them may run on each request.</summary>
    private const int MaxGuardrails = 50;

    public static void MapGuardrails(this IEndpointRouteBuilder endpoints)
    {
        var guardrails = endpoints.MapGroup("/v1/guardrails").WithTags("Guardrails");
        guardrails.MapGet("", ListAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.guardrails.list").WithSummary("List the project's guardrails.");
        guardrails.MapGet("/{name}", GetAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.guardrails.get").WithSummary("Get one guardrail.");
        guardrails.MapPut("/{name}", PutAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.guardrails.put").WithSummary("Make a guardrail, or replace it on every gateway.");
        guardrails.MapDelete("/{name}", DeleteAsync).RequireAuthorization(Policies.Admin)
            .WithName("gateway.guardrails.delete").WithSummary("Delete a guardrail.");
        guardrails.MapPost("/test", GuardrailTest.RunAsync).RequireAuthorization(Policies.Data)
            .WithName("gateway.guardrails.test").WithSummary("See what each guardrail would do with a text.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var project = http.Caller().ProjectId;
        var rows = await context.Guardrails.AsNoTracking().Where(guardrail => guardrail.ProjectId == project).PageByName(page).ToListAsync(cancellationToken);
        return TypedResults.Json(rows.ToPage(page.Limit, GuardrailResource.From, row => row.Name), GatewayJsonContext.Default.ListPageGuardrailResource);
    }

    private static async Task<IResult> GetAsync(string name, HttpContext http, GatewayDbContext context, CancellationToken cancellationToken) =>
        TypedResults.Json(
            GuardrailResource.From(await FindAsync(context, http.Caller().ProjectId, name, cancellationToken) ?? throw Unknown(name)),
            GatewayJsonContext.Default.GuardrailResource);

    private static async Task<IResult> PutAsync(
        string name, GuardrailRequest request, HttpContext http, GatewayDbContext context, GuardrailCompiler compiler, SettingsChange change,
        GuardrailDirectory directory, TimeProvider time, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var definition = GuardrailRules.Read(name, request);
        var source = JsonSerializer.Serialize(definition, GatewayJsonContext.Default.GuardrailDefinition);
        await compiler.CompileAsync(name, source, definition, cancellationToken);
        var guardrail = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                var row = await FindAsync(context, project, name, cancellationToken);
                ExpectedVersion.Check("guardrail", row?.Version ?? 0, request.Version);
                row ??= await AddAsync(context, project, name, cancellationToken);
                row.Definition = source;
                row.Version++;
                row.UpdatedAt = time.GetUtcNow().ToUnixTimeSeconds();
                return row;
            },
            cancellationToken);
        return TypedResults.Json(GuardrailResource.From(guardrail), GatewayJsonContext.Default.GuardrailResource);
    }

    private static async Task<IResult> DeleteAsync(
        string name, HttpContext http, GatewayDbContext context, SettingsChange change, GuardrailDirectory directory, CancellationToken cancellationToken)
    {
        var project = http.Caller().ProjectId;
        var version = ExpectedVersion.Read(http.Request.Query);
        var deleted = await change.MakeAsync(
            directory,
            project,
            async () =>
            {
                var row = await FindAsync(context, project, name, cancellationToken) ?? throw Unknown(name);
                ExpectedVersion.Check("guardrail", row.Version, version);
                context.Remove(row);
                return new DeletedObject(name, "guardrail.deleted");
            },
            cancellationToken);
        return TypedResults.Json(deleted, GatewayJsonContext.Default.DeletedObject);
    }

    private static Task<Guardrail?> FindAsync(GatewayDbContext context, string project, string name, CancellationToken cancellationToken) =>
        context.Guardrails.SingleOrDefaultAsync(row => row.ProjectId == project && row.Name == name, cancellationToken);

    private static async Task<Guardrail> AddAsync(GatewayDbContext context, string project, string name, CancellationToken cancellationToken)
    {
        if (await context.Guardrails.CountAsync(row => row.ProjectId == project, cancellationToken) >= MaxGuardrails)
        {
            throw new ApiException(ApiErrors.BadRequest($"A project may have at most {MaxGuardrails} guardrails.", "name", "too_many_guardrails"));
        }

        return context.Add(new Guardrail { ProjectId = project, Name = name, Definition = "", Version = 0, UpdatedAt = 0 }).Entity;
    }

    private static ApiException Unknown(string name) => new(ApiErrors.NotFound($"There is no guardrail '{name}'.", "name"));
}
