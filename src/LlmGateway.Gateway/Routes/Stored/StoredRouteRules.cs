using System.Text.RegularExpressions;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Routes.Stored;

/// <summary>What may be stored as a route: what the configuration could hold, under a name that it does not have.</summary>
internal sealed partial class StoredRouteRules(GatewayDbContext context, GatewaySettings settings, ModelCatalog models)
{
    private const int MaxRoutes = 200;
    private const int MaxLength = 32 << 10;

    /// <exception cref="ApiException">400: it is no name. 409: the configuration has it.</exception>
    public void CheckName(string name)
    {
        if (!Name().IsMatch(name))
        {
            throw new ApiException(ApiErrors.BadRequest("'name' may have from 1 to 64 letters, digits, '.', '_' and '-', and begins with a letter or digit.", "name"));
        }

        if (settings.Configured.Routes.ContainsKey(name))
        {
            throw Configured(name);
        }
    }

    /// <summary>The definition to be stored.</summary>
    /// <param name="name">Checked already.</param>
    /// <param name="route">What a request holds.</param>
    /// <param name="others">The other stored routes.</param>
    /// <exception cref="ApiException">400, naming the member.</exception>
    public string Check(string name, RouteOptions route, IReadOnlyList<NamedRoute> others)
    {
        if (others.Count >= MaxRoutes)
        {
            throw new ApiException(ApiErrors.BadRequest($"There may be at most {MaxRoutes} routes beside the configuration's: delete some.", "name", "too_many_routes"));
        }

        var routes = new Dictionary<string, RouteOptions>(JoinedRoutes.Of(settings.Configured, others).Options.Routes, StringComparer.Ordinal) { [name] = route };
        var options = settings.Configured.WithRoutes(routes);
        foreach (var error in RouteRules.Errors(options, name).Concat(RouteRules.FallbackErrors(options, name)))
        {
            var (field, message) = RouteJson.Translate(name, error);
            throw new ApiException(ApiErrors.BadRequest(message, field ?? "fallbacks"));
        }

        CheckModels(route);
        var definition = RouteJson.Write(route);
        return definition.Length <= MaxLength
            ? definition
            : throw new ApiException(ApiErrors.BadRequest($"The route has {definition.Length} characters as JSON, and {MaxLength} at most are stored.", null, "route_too_large"));
    }

    /// <summary>What else would lose its way.</summary>
    /// <exception cref="ApiException">409: a route falls back to it, or an alias stands for it.</exception>
    public async Task RefuseInUseAsync(string name, IEnumerable<NamedRoute> others, CancellationToken cancellationToken)
    {
        if (settings.Configured.Routes.ContainsKey(name))
        {
            // It was not in force anyway.
            return;
        }

        var user = others.FirstOrDefault(other => other.Route is { } route
            && route.Fallbacks.Concat(route.ContextFallbacks).Concat(route.ContentPolicyFallbacks).Contains(name, StringComparer.Ordinal)).Name;
        if (user is not null)
        {
            throw InUse($"The route '{user}' falls back to this one: change it first.");
        }

        if (await context.ModelAliases.AsNoTracking().FirstOrDefaultAsync(alias => alias.Model == name, cancellationToken) is { } alias)
        {
            throw InUse($"The alias '{alias.Name}' of project '{alias.ProjectId}' stands for this route: switch it to another model first.");
        }
    }

    public static ApiException Configured(string name) => new(new ApiError(
        StatusCodes.Status409Conflict, "route_configured", $"The route '{name}' is in the configuration, as {RouteRules.Key(name)}: change it there.", "name"));

    /// <summary>By what providers say of their models, which the configuration's check cannot ask.</summary>
    private void CheckModels(RouteOptions route)
    {
        (string Model, string Field)[] named =
        [
            (route.Model, "model"),
            .. route.Groups.Index().SelectMany(group => group.Item.Deployments.Index().Select(
                deployment => (deployment.Item.Model, FormattableString.Invariant($"groups[{group.Index}].deployments[{deployment.Index}].model")))),
        ];
        foreach (var (model, field) in named.Where(one => one.Model.Length > 0))
        {
            try
            {
                models.Table.Resolve(model);
            }
            catch (ApiException exception)
            {
                throw new ApiException(ApiErrors.BadRequest($"{field}: {exception.Error.Message}", field, exception.Error.Code));
            }
        }
    }

    private static ApiException InUse(string message) => new(new ApiError(StatusCodes.Status409Conflict, "route_in_use", message, "name"));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex Name();
}
