using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Routes.Stored;

/// <summary>Routes of all projects: the configuration's, which are only shown, and those that are made and changed here.</summary>
internal static class RouteEndpoints
{
    public static void MapRoutes(this IEndpointRouteBuilder endpoints)
    {
        var routes = endpoints.MapGroup("/v1/routes").RequireAuthorization(Policies.Admin).WithTags("Models");
        routes.MapGet("", ListAsync).WithName("gateway.routes.list").WithSummary("List routes, configured and stored.");
        routes.MapGet("/{**name}", GetAsync).WithName("gateway.routes.get").WithSummary("Get one route.");
        routes.MapPut("/{**name}", PutAsync).WithName("gateway.routes.put").WithSummary("Make or replace a route; in force on every gateway within two seconds.");
        routes.MapDelete("/{**name}", DeleteAsync).WithName("gateway.routes.delete").WithSummary("Delete a stored route.");
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, GatewayDbContext context, GatewaySettings settings, ModelCatalog models, CancellationToken cancellationToken)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var rows = await context.Routes.AsNoTracking().ToDictionaryAsync(row => row.Name, StringComparer.Ordinal, cancellationToken);
        var names = settings.Configured.Routes.Keys.Union(rows.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var behind = (page.Descending ? names.Reverse() : names)
            .SkipWhile(name => page.After is { } after && string.CompareOrdinal(name, after) * (page.Descending ? -1 : 1) <= 0).Take(page.Limit + 1).ToList();
        return TypedResults.Json(
            behind.ToPage(page.Limit, name => Show(name, rows.GetValueOrDefault(name), settings, models), name => name), RouteJsonContext.Default.ListPageJsonObject);
    }

    private static async Task<IResult> GetAsync(
        string name, GatewayDbContext context, GatewaySettings settings, ModelCatalog models, CancellationToken cancellationToken)
    {
        name = Uri.UnescapeDataString(name);
        var row = await context.Routes.AsNoTracking().SingleOrDefaultAsync(row => row.Name == name, cancellationToken);
        return row is null && !settings.Configured.Routes.ContainsKey(name)
            ? throw Unknown(name)
            : TypedResults.Json(Show(name, row, settings, models), RouteJsonContext.Default.JsonObject);
    }

    private static async Task<IResult> PutAsync(
        string name, [FromBody] JsonElement body, GatewayDbContext context, StoredRouteRules rules, SettingsChange change, StoredRouteDirectory directory,
        GatewaySettings settings, ModelCatalog models, TimeProvider time, CancellationToken cancellationToken)
    {
        name = Uri.UnescapeDataString(name);
        rules.CheckName(name);
        var request = RouteJson.Read(body);
        var row = await change.MakeAsync(
            directory,
            Caller.DefaultProject,
            async () =>
            {
                var rows = await context.Routes.ToListAsync(cancellationToken);
                var row = rows.Find(row => row.Name == name);
                ExpectedVersion.Check("route", row?.Version ?? 0, request.Version);
                var definition = rules.Check(name, request, OthersThan(name, rows));
                var now = time.GetUtcNow().ToUnixTimeSeconds();
                row ??= context.Add(new StoredRoute { Name = name, Definition = "", Version = 0, CreatedAt = now, UpdatedAt = now }).Entity;
                row.Definition = definition;
                row.Version++;
                row.UpdatedAt = now;
                return row;
            },
            cancellationToken);
        return TypedResults.Json(Show(name, row, settings, models), RouteJsonContext.Default.JsonObject);
    }

    private static async Task<IResult> DeleteAsync(
        string name, HttpContext http, GatewayDbContext context, StoredRouteRules rules, SettingsChange change, StoredRouteDirectory directory,
        GatewaySettings settings, CancellationToken cancellationToken)
    {
        name = Uri.UnescapeDataString(name);
        var version = ExpectedVersion.Read(http.Request.Query);
        var deleted = await change.MakeAsync(
            directory,
            Caller.DefaultProject,
            async () =>
            {
                var rows = await context.Routes.ToListAsync(cancellationToken);
                var row = rows.Find(row => row.Name == name)
                    ?? throw (settings.Configured.Routes.ContainsKey(name) ? StoredRouteRules.Configured(name) : Unknown(name));
                ExpectedVersion.Check("route", row.Version, version);
                await rules.RefuseInUseAsync(name, OthersThan(name, rows), cancellationToken);
                context.Remove(row);
                return new DeletedObject(name, "route.deleted");
            },
            cancellationToken);
        return TypedResults.Json(deleted, RouteJsonContext.Default.DeletedObject);
    }

    private static List<NamedRoute> OthersThan(string name, IEnumerable<StoredRoute> rows) =>
        [.. rows.Where(row => row.Name != name).Select(row => new NamedRoute(row.Name, RouteJson.Parse(row.Definition)))];

    /// <summary>The route that callers reach by a name; that a stored one is hidden by it is a warning.</summary>
    private static JsonObject Show(string name, StoredRoute? row, GatewaySettings settings, ModelCatalog models)
    {
        var routes = settings.Routes;
        if (settings.Configured.Routes.TryGetValue(name, out var configured))
        {
            var told = RouteRules.Warnings(settings.Configured, name).Select(warning => RouteJson.Translate(name, warning).Message).ToList();
            if (row is not null)
            {
                told.Add("a stored route of the same name is not in force; DELETE removes it.");
            }

            return new RouteResource(name, "route", "configuration", true, null, null, null, [.. told, .. Unresolved(name, models)]).With(configured);
        }

        var inForce = routes.Holds(name);
        return new RouteResource(
            name, "route", "stored", inForce, row!.Version, row.CreatedAt, row.UpdatedAt, [.. routes.WarningsOf(name), .. inForce ? Unresolved(name, models) : []]).With(RouteJson.Parse(row.Definition));
    }

    /// <summary>A model that nobody has any more is found when it is called only: the configuration's check cannot ask for it.</summary>
    private static IEnumerable<string> Unresolved(string name, ModelCatalog models)
    {
        try
        {
            models.Table.Route(name);
            return [];
        }
        catch (ApiException exception)
        {
            return [$"its calls are refused: {exception.Error.Message}"];
        }
    }

    private static ApiException Unknown(string name) => new(ApiErrors.NotFound($"There is no route '{name}'.", "name"));
}
