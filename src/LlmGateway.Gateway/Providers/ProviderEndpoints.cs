using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Providers;

/// <summary>Providers: their addresses and secrets come from the configuration alone, and an operator may take one out of service here.</summary>
internal static class ProviderEndpoints
{
    private const int MaxReasonLength = 500;

    public static void MapProviders(this IEndpointRouteBuilder endpoints)
    {
        var providers = endpoints.MapGroup("/v1/providers").RequireAuthorization(Policies.Admin).WithTags("Models");
        providers.MapGet("", List).WithName("gateway.providers.list").WithSummary("List the configured providers, without their secrets.");
        providers.MapGet("/{name}", Get).WithName("gateway.providers.get").WithSummary("Get one provider.");
        providers.MapPost("/{name}", SwitchAsync).WithName("gateway.providers.switch").WithSummary("Take a provider out of service on every gateway, or back.");
    }

    private static JsonHttpResult<ListPage<ProviderResource>> List(HttpContext http, ModelCatalog catalog, ProviderReport report)
    {
        var page = PageQuery.Read(http.Request.Query, descendingByDefault: false);
        var table = catalog.Table;
        var all = table.Providers.OrderBy(provider => provider.Name, StringComparer.Ordinal);
        var behind = (page.Descending ? all.Reverse() : all)
            .Where(provider => page.After is not { } after || string.CompareOrdinal(provider.Name, after) * (page.Descending ? -1 : 1) > 0).Take(page.Limit + 1).ToList();
        return TypedResults.Json(behind.ToPage(page.Limit, provider => report.Of(provider, table), provider => provider.Name), ProviderJsonContext.Default.ListPageProviderResource);
    }

    private static JsonHttpResult<ProviderResource> Get(string name, ModelCatalog catalog, ProviderReport report) => Show(name, catalog.Table, report);

    private static async Task<IResult> SwitchAsync(
        string name, ProviderRequest request, HttpContext http, GatewayDbContext context, ModelCatalog catalog, ProviderReport report, SettingsChange change,
        ProviderSwitches switches, TimeProvider time, CancellationToken cancellationToken)
    {
        var table = catalog.Table;
        var provider = Find(name, table);
        Check(request);
        await change.MakeAsync(
            switches,
            Caller.DefaultProject,
            async () =>
            {
                var row = await context.DisabledProviders.SingleOrDefaultAsync(row => row.Name == provider.Name, cancellationToken);
                if (request.Enabled == true)
                {
                    return row is null ? null : context.Remove(row).Entity;
                }

                row ??= context.Add(new DisabledProvider { Name = provider.Name, DisabledAt = time.GetUtcNow().ToUnixTimeSeconds() }).Entity;
                (row.Reason, row.KeyId) = (request.Reason, http.Caller().KeyId);
                return row;
            },
            cancellationToken);
        return Show(name, table, report);
    }

    private static void Check(ProviderRequest request)
    {
        if (request.Enabled is null)
        {
            throw new ApiException(ApiErrors.BadRequest("'enabled' is required: true or false. Everything else of a provider is changed in the configuration.", "enabled"));
        }

        if (request.Reason is { } reason && (request.Enabled.Value || string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReasonLength))
        {
            throw new ApiException(ApiErrors.BadRequest($"'reason' goes with \"enabled\": false, and has 1 to {MaxReasonLength} characters.", "reason"));
        }
    }

    private static Provider Find(string name, ModelTable table) =>
        table.Providers.FirstOrDefault(provider => provider.Name == name)
            ?? throw new ApiException(ApiErrors.NotFound($"There is no provider '{name}' under Gateway:Providers.", "name"));

    private static JsonHttpResult<ProviderResource> Show(string name, ModelTable table, ProviderReport report) =>
        TypedResults.Json(report.Of(Find(name, table), table), ProviderJsonContext.Default.ProviderResource);
}
