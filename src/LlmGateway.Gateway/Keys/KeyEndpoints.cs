using System.Text.Json.Serialization;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Storage;
using LlmGateway.Messaging;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Keys;

/// <summary>Making, changing, rotating and revoking keys.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/v1/keys/current", CurrentAsync).RequireAuthorization(policy => policy.RequireAuthenticatedUser())
            .WithName("gateway.keys.current").WithSummary("Get the key that asks: its project, and what it may do.").WithTags("Keys");
        var keys = endpoints.MapGroup("/v1/keys").RequireAuthorization(Policies.Admin).WithTags("Keys");
        keys.MapPost("", CreateAsync).WithName("gateway.keys.create").WithSummary("Make a key; its secret is shown this once.");
        keys.MapGet("", ListAsync).WithName("gateway.keys.list").WithSummary("List keys, without their secrets.");
        keys.MapGet("/{id}", GetAsync).WithName("gateway.keys.get").WithSummary("Get a key, without its secret.");
        keys.MapPost("/{id}", UpdateAsync).WithName("gateway.keys.update").WithSummary("Change a key's name, models or expiry.");
        keys.MapPost("/{id}/rotate", RotateAsync).WithName("gateway.keys.rotate").WithSummary("Make a new secret; the old one is taken for a while yet.");
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

    private static async Task<IResult> GetAsync(string id, GatewayDbContext context, CancellationToken cancellationToken) =>
        Show(await FindAsync(context, id, cancellationToken));

    /// <summary>Any key may ask about itself. The admin key, which has no row, is told by what the caller is.</summary>
    private static async Task<IResult> CurrentAsync(HttpContext http, GatewayDbContext context, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        var row = await context.ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == caller.KeyId, cancellationToken);
        return row is null ? TypedResults.Json(KeyResource.From(caller), GatewayJsonContext.Default.KeyResource) : Show(row);
    }

    private static async Task<IResult> UpdateAsync(
        string id, UpdateKeyRequest request, GatewayDbContext context, KeyDirectory directory, BroadcastSender broadcasts, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (request.Validate(time.GetUtcNow().ToUnixTimeSeconds()) is { } error)
        {
            return error;
        }

        var key = await FindAsync(context, id, cancellationToken);
        key.Name = request.Name ?? key.Name;
        key.AllowedModels = request.AllowedModels is { } models ? [.. models] : key.AllowedModels;
        key.ExpiresAt = request.ExpiresAt switch
        {
            null => key.ExpiresAt,
            UpdateKeyRequest.Never => null,
            { } at => at,
        };
        await context.SaveChangesAsync(cancellationToken);
        await TellAsync(key, directory, broadcasts);
        return Show(key);
    }

    private static async Task<IResult> RotateAsync(
        string id, RotateKeyRequest request, GatewayDbContext context, KeyDirectory directory, BroadcastSender broadcasts, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (request.Validate() is { } error)
        {
            return error;
        }

        var key = await FindAsync(context, id, cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (!key.IsUsableAt(now))
        {
            return new ApiError(StatusCodes.Status409Conflict, "key_not_usable", $"The key '{id}' was revoked or has expired. Make a new one with POST /v1/keys.", "id");
        }

        var secret = ApiKeySecret.CreateFor(id);
        (key.PreviousHash, key.PreviousUntil) = request.OverlapSeconds == 0 ? (null, null) : ((byte[]?)key.Hash, (long?)now + request.OverlapSeconds);
        key.Hash = ApiKeySecret.Hash(secret);
        await context.SaveChangesAsync(cancellationToken);
        await TellAsync(key, directory, broadcasts);
        return TypedResults.Json(KeyResource.From(key) with { Key = secret }, GatewayJsonContext.Default.KeyResource);
    }

    /// <summary>Every gateway reads the key anew.</summary>
    private static async Task TellAsync(ApiKey key, KeyDirectory directory, BroadcastSender broadcasts)
    {
        directory.Forget(key.Id);
        await broadcasts.SendAsync(new KeyChanged(key.ProjectId, key.Id));
    }

    private static async Task<ApiKey> FindAsync(GatewayDbContext context, string id, CancellationToken cancellationToken) =>
        await context.ApiKeys.SingleOrDefaultAsync(key => key.Id == id, cancellationToken)
            ?? throw new ApiException(ApiErrors.NotFound($"There is no key '{id}'.", "id"));

    private static JsonHttpResult<KeyResource> Show(ApiKey key) => TypedResults.Json(KeyResource.From(key), GatewayJsonContext.Default.KeyResource);

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
    internal const int MaxNameLength = 200;
    internal const int MaxModels = 100;

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

/// <param name="Name">For people.</param>
/// <param name="AllowedModels">The whole new list; empty for all models.</param>
/// <param name="ExpiresAt">Unix seconds; 0 for never.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UpdateKeyRequest(string? Name = null, IReadOnlyList<string>? AllowedModels = null, long? ExpiresAt = null)
{
    public const long Never = 0;

    public ApiError? Validate(long now) =>
        Name is { Length: 0 or > CreateKeyRequest.MaxNameLength } ? ApiErrors.BadRequest($"'name' must have 1 to {CreateKeyRequest.MaxNameLength} characters.", "name")
        : AllowedModels is { Count: > CreateKeyRequest.MaxModels } ? ApiErrors.BadRequest($"'allowed_models' may hold at most {CreateKeyRequest.MaxModels} names.", "allowed_models")
        : ExpiresAt is not null and not Never && ExpiresAt <= now ? ApiErrors.BadRequest("'expires_at' must be in the future (Unix seconds), or 0 for never.", "expires_at")
        : null;
}

/// <param name="OverlapSeconds">How long the old secret is taken beside the new one; a day by default, 0 for no longer.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RotateKeyRequest(long OverlapSeconds = RotateKeyRequest.Day)
{
    private const long Day = 86_400;
    private const long MaxOverlap = 30 * Day;

    public ApiError? Validate() => OverlapSeconds is < 0 or > MaxOverlap
        ? ApiErrors.BadRequest($"'overlap_seconds' must be from 0 to {MaxOverlap}.", "overlap_seconds")
        : null;
}

internal sealed record KeyResource(
    string Id,
    string Object,
    string Name,
    string ProjectId,
    IReadOnlyList<string> Scopes,
    IReadOnlyList<string> AllowedModels,
    long? CreatedAt,
    long? ExpiresAt,
    long? RevokedAt)
{
    /// <summary>Until when the secret before the last rotation is taken, Unix seconds; absent where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? PreviousSecretUntil { get; init; }

    /// <summary>The whole key; only in the answer that made it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    public static KeyResource From(ApiKey key) => new(
        key.Id, "key", key.Name, key.ProjectId, Names(key.Scopes), key.AllowedModels, key.CreatedAt, key.ExpiresAt, key.RevokedAt)
    {
        PreviousSecretUntil = key.PreviousUntil,
    };

    /// <summary>A key that has no row: the admin's, which the configuration or the data folder holds.</summary>
    public static KeyResource From(Caller caller) => new(caller.KeyId ?? "", "key", "admin", caller.ProjectId, Names(caller.Scopes), [], null, null, null);

    private static List<string> Names(Scopes scopes) =>
        scopes.HasFlag(LlmGateway.Service.Scopes.Admin) ? ["admin"]
        : [.. new[] { LlmGateway.Service.Scopes.Inference, LlmGateway.Service.Scopes.Data }
            .Where(scope => scopes.HasFlag(scope)).Select(scope => scope.ToString().ToLowerInvariant())];
}
