using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Limits.Rules;

/// <summary>What a limit must be: whole, and such that it can ever have an effect.</summary>
internal sealed class LimitRules(GatewayDbContext context, ModelResolver models)
{
    private const int MaxLimits = 1000;
    private const int MaxNameLength = 64;
    private const int MaxModels = 100;
    private const int MaxModelLength = 256;
    private const int MaxSubjectLength = 512;
    private const decimal MaxCount = 1_000_000_000_000;
    private const decimal MaxUsd = 1_000_000;
    private const decimal NanoUsd = 0.000000001m;

    /// <summary>The limit that a request describes, and its project.</summary>
    /// <exception cref="ApiException">400 naming the field.</exception>
    public async Task<(string? ProjectId, LimitDefinition Definition)> ReadAsync(CreateLimitRequest request, CancellationToken cancellationToken)
    {
        var scope = request.Scope ?? throw Refused("scope", "is required: {\"type\": \"project\"}, \"key\", \"end_user\" or \"metadata\"");
        CheckScope(scope);
        var definition = new LimitDefinition
        {
            Name = request.Name ?? throw Refused("name", "is required"),
            Resource = request.Resource ?? throw Refused("resource", "is required: requests, tokens, concurrent_requests or cost_usd"),
            Window = request.Window,
            Limit = request.Limit ?? throw Refused("limit", "is required"),
            Scope = scope,
            Models = request.Models,
            Mode = request.Mode ?? LimitMode.Enforce,
            Unpriced = request.Unpriced ?? UnpricedCalls.Refuse,
        };
        Check(definition);
        if (request.Unpriced is not null && definition.Resource != LimitedResource.CostUsd)
        {
            throw Refused("unpriced", "has a meaning for 'cost_usd' only");
        }

        var project = await FindProjectAsync(request.ProjectId, scope, cancellationToken);
        CheckModels(project, definition.Models);
        return (project, definition);
    }

    /// <summary>A definition with the changes that are given.</summary>
    /// <exception cref="ApiException">400 naming the field.</exception>
    public static LimitDefinition Over(LimitDefinition current, UpdateLimitRequest request)
    {
        if (request.Unpriced is not null && current.Resource != LimitedResource.CostUsd)
        {
            throw Refused("unpriced", "has a meaning for 'cost_usd' only");
        }

        var changed = current with
        {
            Name = request.Name ?? current.Name,
            Limit = request.Limit ?? current.Limit,
            Mode = request.Mode ?? current.Mode,
            Unpriced = request.Unpriced ?? current.Unpriced,
        };
        Check(changed);
        return changed;
    }

    /// <summary>A prepaid definition with more room.</summary>
    /// <exception cref="ApiException">400: it is not prepaid, or the amount is none.</exception>
    public static LimitDefinition ToppedUp(LimitDefinition current, decimal? amount)
    {
        if (current.Window != LimitWindow.Never)
        {
            throw new ApiException(ApiErrors.BadRequest(
                $"Only a limit with \"window\": \"never\" is topped up; this one begins anew each {current.Window?.ToString().ToLowerInvariant() ?? "time a request ends"}. POST /v1/limits/{{id}} changes its 'limit'.",
                "amount", "not_prepaid"));
        }

        CheckAmount(current.Resource, amount ?? throw Refused("amount", "is required"), "amount");
        var changed = current with { Limit = current.Limit + amount.Value };
        CheckAmount(changed.Resource, changed.Limit, "amount");
        return changed;
    }

    /// <summary>Of two limits that count the same, the larger could never have an effect.</summary>
    /// <exception cref="ApiException">409 for such a one, 400 when there are too many.</exception>
    public async Task RefuseDuplicateAsync(string? projectId, LimitDefinition definition, CancellationToken cancellationToken)
    {
        var rows = await context.Limits.AsNoTracking().ToListAsync(cancellationToken);
        if (rows.Count >= MaxLimits)
        {
            throw new ApiException(ApiErrors.BadRequest($"There may be at most {MaxLimits} limits.", null, "too_many_limits"));
        }

        var same = rows.Find(row => row.ProjectId == projectId && CountsTheSame(row.Read(), definition));
        if (same is not null)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status409Conflict, "duplicate_limit",
                $"'{same.Id}' counts the same already, and of two such limits the larger has no effect. Change it with POST /v1/limits/{same.Id}.", "limit"));
        }
    }

    private static bool CountsTheSame(LimitDefinition one, LimitDefinition other) =>
        one.Resource == other.Resource && one.Window == other.Window && one.Scope == other.Scope && one.Mode == other.Mode
        && (one.Models ?? []).Order(StringComparer.Ordinal).SequenceEqual((other.Models ?? []).Order(StringComparer.Ordinal));

    private static void Check(LimitDefinition definition)
    {
        if (string.IsNullOrWhiteSpace(definition.Name) || definition.Name.Length > MaxNameLength)
        {
            throw Refused("name", $"must have 1 to {MaxNameLength} characters");
        }

        if (definition.Resource == LimitedResource.ConcurrentRequests != definition.Window is null)
        {
            throw Refused("window", definition.Window is null
                ? "is required: second, minute, hour, day, month, or never for a prepaid one"
                : "must be absent for 'concurrent_requests': they are counted while they are under way");
        }

        CheckAmount(definition.Resource, definition.Limit, "limit");
    }

    private static void CheckAmount(LimitedResource resource, decimal amount, string param)
    {
        var (least, most) = resource == LimitedResource.CostUsd ? (NanoUsd, MaxUsd) : (1, MaxCount);
        if (amount < least || amount > most || amount % least != 0)
        {
            throw Refused(param, resource == LimitedResource.CostUsd
                ? FormattableString.Invariant($"must be from {least} to {most} USD with at most 9 decimal places")
                : FormattableString.Invariant($"must be a whole number from 1 to {most}"));
        }
    }

    private static void CheckScope(LimitScope scope)
    {
        if (scope.Type == LimitSubject.Project && scope.Value is not null)
        {
            throw Refused("scope.value", "must be absent for 'project': 'project_id' names the project");
        }

        if (scope.Value is { } value && (value.Length is 0 or > MaxSubjectLength))
        {
            throw Refused("scope.value", $"must have 1 to {MaxSubjectLength} characters; leave it out for each one by itself");
        }

        if (scope.Type == LimitSubject.Metadata != scope.Key is not null)
        {
            throw Refused("scope.key", scope.Key is null ? "is required: the member of 'metadata'" : "has a meaning for 'metadata' only");
        }

        if (scope.Key is not null)
        {
            RequestMetadata.Check(scope.Key, "");
        }
    }

    /// <summary>A key has one project: a limit for one key is its project's.</summary>
    private async Task<string?> FindProjectAsync(string? projectId, LimitScope scope, CancellationToken cancellationToken)
    {
        if (projectId is not null && !await context.Projects.AnyAsync(row => row.Id == projectId, cancellationToken))
        {
            throw new ApiException(ApiErrors.BadRequest($"There is no project '{projectId}': the limit would never apply.", "project_id"));
        }

        if (scope is not { Type: LimitSubject.Key, Value: { } key })
        {
            return projectId;
        }

        var owner = await context.ApiKeys.Where(row => row.Id == key).Select(row => row.ProjectId).SingleOrDefaultAsync(cancellationToken);
        return owner is null || (projectId ?? owner) != owner
            ? throw new ApiException(ApiErrors.BadRequest(
                owner is null ? $"There is no key '{key}': the limit would never apply." : $"The key '{key}' is of project '{owner}': the limit would never apply.", "scope.value"))
            : owner;
    }

    private void CheckModels(string? projectId, IReadOnlyList<string>? names)
    {
        if (names is null)
        {
            return;
        }

        if (names.Count is 0 or > MaxModels || names.Any(name => string.IsNullOrEmpty(name) || name.Length > MaxModelLength))
        {
            throw Refused("models", $"must hold 1 to {MaxModels} names of 1 to {MaxModelLength} characters; leave it out for all models");
        }

        foreach (var name in names)
        {
            try
            {
                models.Resolve(projectId ?? Caller.DefaultProject, name);
            }
            catch (ApiException exception)
            {
                throw new ApiException(ApiErrors.BadRequest($"The limit would never apply to '{name}'. {exception.Error.Message}", "models", exception.Error.Code));
            }
        }
    }

    private static ApiException Refused(string param, string what) => new(ApiErrors.BadRequest($"'{param}' {what}.", param));
}
