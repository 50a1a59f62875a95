using System.Security.Cryptography;
using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Storage;
using LlmGateway.Messaging;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Projects;

/// <summary>Making projects and changing their settings.</summary>
internal static class ProjectEndpoints
{
    private const int MaxNameLength = 200;
    private const int MaxProjects = 1000;

    public static void MapProjects(this IEndpointRouteBuilder endpoints)
    {
        var projects = endpoints.MapGroup("/v1/projects").RequireAuthorization(Policies.Admin).WithTags("Projects");
        projects.MapPost("", CreateAsync).WithName("gateway.projects.create").WithSummary("Make a project.");
        projects.MapGet("", ListAsync).WithName("gateway.projects.list").WithSummary("List projects.");
        projects.MapPost("/{id}", UpdateAsync).WithName("gateway.projects.update").WithSummary("Rename a project, or turn its bodies on or off.");
    }

    private static async Task<IResult> CreateAsync(
        ProjectRequest request, GatewayDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > MaxNameLength)
        {
            return ApiErrors.BadRequest($"'name' is required and may have at most {MaxNameLength} characters.", "name");
        }

        if (await context.Projects.CountAsync(cancellationToken) >= MaxProjects)
        {
            return ApiErrors.BadRequest($"There may be at most {MaxProjects} projects.", null, "too_many_projects");
        }

        var project = new Project
        {
            Id = $"proj_{RandomNumberGenerator.GetHexString(16, lowercase: true)}",
            Name = request.Name,
            LogBodies = request.LogBodies ?? true,
            CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
        };
        context.Projects.Add(project);
        await context.SaveChangesAsync(cancellationToken);
        return TypedResults.Json(ProjectResource.From(project), GatewayJsonContext.Default.ProjectResource);
    }

    private static async Task<IResult> ListAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var rows = await context.Projects.AsNoTracking().OrderBy(project => project.Id).Take(MaxProjects).ToListAsync(cancellationToken);
        return TypedResults.Json(
            rows.ToPage(MaxProjects, ProjectResource.From, project => project.Id), GatewayJsonContext.Default.ListPageProjectResource);
    }

    private static async Task<IResult> UpdateAsync(
        string id, ProjectRequest request, GatewayDbContext context, ProjectDirectory directory, BroadcastSender broadcasts,
        CancellationToken cancellationToken)
    {
        if (request.Name is { } name && (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength))
        {
            return ApiErrors.BadRequest($"'name' may have from 1 to {MaxNameLength} characters.", "name");
        }

        if (await context.Projects.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } project)
        {
            return ApiErrors.NotFound($"There is no project '{id}'.", "id");
        }

        project.Name = request.Name ?? project.Name;
        project.LogBodies = request.LogBodies ?? project.LogBodies;
        await context.SaveChangesAsync(cancellationToken);
        directory.Forget(id);
        await broadcasts.SendAsync(new ProjectChanged(id));
        return TypedResults.Json(ProjectResource.From(project), GatewayJsonContext.Default.ProjectResource);
    }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ProjectRequest(string? Name, bool? LogBodies);

internal sealed record ProjectResource(string Id, string Object, string Name, bool LogBodies, long CreatedAt)
{
    public static ProjectResource From(Project project) => new(project.Id, "project", project.Name, project.LogBodies, project.CreatedAt);
}
