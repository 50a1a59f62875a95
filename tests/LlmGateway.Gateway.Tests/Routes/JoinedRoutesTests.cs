using LlmGateway.Gateway.Configuration;
using LlmGateway.Gateway.Routes.Stored;

namespace LlmGateway.Gateway.Tests.Routes;

/// <summary>What becomes of stored routes beside a configuration that may have changed since.</summary>
public sealed class JoinedRoutesTests
{
    [Fact]
    public void The_configuration_goes_first_and_the_hidden_route_is_told_of()
    {
        var joined = JoinedRoutes.Of(Options(("r", new RouteOptions { Model = "p/configured" })), [new("r", new RouteOptions { Model = "p/stored" })]);
        Assert.Equal("p/configured", joined.Options.Routes["r"].Model);
        Assert.False(joined.Holds("r"));
        Assert.Contains("Gateway:Routes:r", Assert.Single(joined.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_whose_provider_is_gone_is_left_out_and_those_that_fall_back_to_it_stay()
    {
        var joined = JoinedRoutes.Of(
            Options(),
            [
                new("lost", new RouteOptions { Groups = { new() { Deployments = { new() { Model = "gone/m" } } } } }),
                new("user", new RouteOptions { Model = "p/m", Fallbacks = { "lost" } }),
            ]);
        Assert.Equal(["user"], joined.Options.Routes.Keys);
        Assert.Equal((false, true), (joined.Holds("lost"), joined.Holds("user")));
        Assert.Collection(
            joined.Warnings,
            warning => Assert.StartsWith("/v1/routes/lost: it is not in force: groups[0].deployments[0].model: 'gone/m'", warning, StringComparison.Ordinal),
            warning => Assert.StartsWith("/v1/routes/user: fallbacks[0]: 'lost' is neither", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void Routes_that_a_change_of_the_configuration_leads_round_in_a_circle_do_not_all_go()
    {
        var joined = JoinedRoutes.Of(
            Options(), [new("a", new RouteOptions { Model = "p/a", Fallbacks = { "b" } }), new("b", new RouteOptions { Model = "p/b", Fallbacks = { "a" } })]);
        Assert.Equal(["b"], joined.Options.Routes.Keys);
        Assert.Contains("lead back", joined.WarningsOf("a")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_cannot_be_read_is_left_out()
    {
        Assert.Null(RouteJson.Parse("""{"model":"p/m","of_a_later_release":1}"""));
        var joined = JoinedRoutes.Of(Options(), [new("later", null)]);
        Assert.Empty(joined.Options.Routes);
        Assert.Contains("newer", Assert.Single(joined.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void They_are_part_of_the_version_in_whatever_order_they_are_read()
    {
        var configured = Options();
        NamedRoute a = new("a", new RouteOptions { Model = "p/a" }), b = new("b", new RouteOptions { Model = "p/b" });
        var version = ConfigurationVersion.Of(JoinedRoutes.Of(configured, [a, b]).Options);
        Assert.Equal(version, ConfigurationVersion.Of(JoinedRoutes.Of(configured, [b, a]).Options));
        Assert.NotEqual(version, ConfigurationVersion.Of(JoinedRoutes.Of(configured, [a]).Options));
        Assert.Empty(configured.Routes);
    }

    private static GatewayOptions Options(params (string Name, RouteOptions Route)[] routes) => new()
    {
        Providers = { ["p"] = new ProviderOptions { BaseUrl = "http://p.test/v1" } },
        Routes = routes.ToDictionary(route => route.Name, route => route.Route),
    };
}
