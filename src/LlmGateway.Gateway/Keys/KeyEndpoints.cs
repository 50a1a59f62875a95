using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Storage;
using LlmGateway.Messaging;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Keys;

/// <summary>Making, listing and revoking keys.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder endpoints)
    {
        var keys = endpoints.MapGroup("/v1/keys").RequireAuthorization(Policies.Admin).WithTags("Keys");
        keys.MapPost("", CreateAsync).WithName("gateway.keys.create").WithSummary("Make a key; its secret is shown this once.");
        keys.MapGet("", ListAsync).WithName("gateway.keys.list").WithSummary("List keys, without their secrets.");
        keys.MapDelete("/{id}", RevokeAsync).WithName("gateway.keys.revoke").WithSummary("Revoke a key at once.");
    }

    private static async Task<IResult> CreateAsync(
        CreateKeyRequest request, GatewayDbContext context, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (request.Validate(now) is { } error)
        {
            return error;
        }

        var project = request.ProjectId ?? Caller.DefaultProject;
        if (!await context.Projects.AnyAsync(row => row.Id == project, cancellationToken))
        {
            return ApiErrors.BadRequest($"There is no project '{project}'. Make it with POST /v1/projects.", "project_id");
        }

        var (id, secret) = ApiKeySecret.Create();
        var key = new ApiKey
        {
            Id = id,
            ProjectId = project,
            Name = request.Name ?? id,
            Hash = ApiKeySecret.Hash(secret),
            Scopes = request.ParseScopes() ?? Scopes.Inference,
            AllowedModels = [.. request.AllowedModels ?? []],
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt,
        };
        context.ApiKeys.Add(key);
        await context.SaveChangesAsync(cancellationToken);
        return TypedResults.Json(KeyResource.From(key) with { Key = secret }, GatewayJsonContext.Default.KeyResource);
    }

    private static async Task<IResult> ListAsync(HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: true);
        var keys = context.ApiKeys.AsNoTracking();
        var cursor = page.After is { } after
            ? await keys.SingleOrDefaultAsync(key => key.Id == after, cancellationToken)
                ?? throw new ApiException(ApiErrors.BadRequest($"There is no key '{after}' to list after.", "after"))
            : null;
        var rows = await keys.Page(page, nameof(ApiKey.CreatedAt), cursor is null ? null : (cursor.CreatedAt, cursor.Id)).ToListAsync(cancellationToken);
        return TypedResults.Json(
            rows.ToPage(page.Limit, KeyResource.From, key => key.Id), GatewayJsonContext.Default.ListPageKeyResource);
    }

    private static async Task<IResult> RevokeAsync(
        string id, GatewayDbContext context, KeyDirectory directory, BroadcastSender broadcasts, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await context.ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == id, cancellationToken) is not { } key)
        {
            return ApiErrors.NotFound($"There is no key '{id}'.", "id");
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await context.ApiKeys.Where(row => row.Id == id && row.RevokedAt == null)
            .ExecuteUpdateAsync(update => update.SetProperty(row => row.RevokedAt, now), cancellationToken);
        directory.Forget(id);
        await broadcasts.SendAsync(new KeyRevoked(key.ProjectId, id));
        return TypedResults.Json(new DeletedObject(id, "key.deleted"), GatewayJsonContext.Default.DeletedObject);
    }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateKeyRequest(
    string? Name, string? ProjectId, IReadOnlyList<string>? Scopes, IReadOnlyList<string>? AllowedModels, long? ExpiresAt)
{
    private const int MaxNameLength = 200;
    private const int MaxModels = 100;

    public ApiError? Validate(long now) =>
        Name is { Length: > MaxNameLength } ? ApiErrors.BadRequest($"'name' may have at most {MaxNameLength} characters.", "name")
        : Scopes is not null && ParseScopes() is null ? ApiErrors.BadRequest("'scopes' may hold 'inference', 'data' and 'admin'.", "scopes")
        : AllowedModels is { Count: > MaxModels } ? ApiErrors.BadRequest($"'allowed_models' may hold at most {MaxModels} names.", "allowed_models")
        : ExpiresAt <= now ? ApiErrors.BadRequest("'expires_at' must be in the future (Unix seconds).", "expires_at")
        : null;

    public Scopes? ParseScopes()
    {
        var parsed = LlmGateway.Service.Scopes.None;
        foreach (var scope in Scopes ?? [])
        {
            switch (scope)
            {
                case "inference": parsed |= LlmGateway.Service.Scopes.Inference; break;
                case "data": parsed |= LlmGateway.Service.Scopes.Data; break;
                case "admin": parsed |= LlmGateway.Service.Scopes.Admin; break;
                default: return null;
            }
        }

        return parsed == LlmGateway.Service.Scopes.None ? null : parsed;
    }
}

internal sealed record KeyResource(
    string Id,
    string Object,
    string Name,
    string ProjectId,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> AllowedModels,
    long CreatedAt,
    long? ExpiresAt,
    long? RevokedAt)
{
    /// <summary>The whole key; only in the answer that made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    public static KeyResource From(ApiKey key) => new(
        key.Id, "key", key.Name, key.ProjectId, Names(key.Scopes), key.AllowedModels, key.CreatedAt, key.ExpiresAt, key.RevokedAt);

    private static List<string> Names(Scopes scopes) =>
        scopes.HasFlag(LlmGateway.Service.Scopes.Admin) ? ["admin"]
        : [.. new[] { LlmGateway.Service.Scopes.Inference, LlmGateway.Service.Scopes.Data }
            .Where(scope => scopes.HasFlag(scope)).Select(scope => scope.ToString().ToLowerInvariant())];
}
