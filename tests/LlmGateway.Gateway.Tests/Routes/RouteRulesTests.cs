using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Routes;

namespace LlmGateway.Gateway.Tests.Routes;

/// <summary>What is refused in the configuration, naming the key, and what is only warned of.</summary>
public sealed class RouteRulesTests
{
    public static TheoryData<string, string> Mistakes() => new()
    {
        { "empty", "Gateway:Routes:empty:Model" },
        { "lost", "Gateway:Routes:lost:Groups:0:Deployments:0:Model: 'nobody/m'" },
        { "lost-fallback", "Gateway:Routes:lost-fallback:Fallbacks:0: 'nowhere'" },
        { "round", "Gateway:Routes:round: its fallbacks lead back" },
        { "weightless", "Gateway:Routes:weightless:Groups:0:Deployments: every Weight is 0" },
        { "timers", "Gateway:Routes:timers:Timeouts:FirstByte: it is over Total" },
        { "range", "Gateway:Routes:range:Timeouts:Connect" },
        { "field", "Gateway:Routes:field:Groups:0:When:0: there is no field 'weather'" },
        { "no-operator", "Gateway:Routes:no-operator:Groups:0:When:0: give one of" },
        { "retries", "Gateway:Routes:retries:Retries:MaxRetries" },
        { "delays", "Gateway:Routes:delays:Retries:InitialDelay: it is over MaxDelay" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_with_its_key(string name, string expected)
    {
        var options = Options();
        options.Routes[name] = Mistake(name);
        var failure = new GatewayOptionsValidator().Validate(null, options);
        Assert.Contains(expected, Assert.Single(failure.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_over_several_routes_is_found()
    {
        var options = Options();
        options.Routes["x"] = new RouteOptions { Model = "p/m", Fallbacks = { "y" } };
        options.Routes["y"] = new RouteOptions { Model = "p/m", ContextFallbacks = { "x" } };
        Assert.Equal(2, new GatewayOptionsValidator().Validate(null, options).Failures!.Count());
    }

    [Fact]
    public void What_can_never_be_reached_is_warned_of()
    {
        var options = Options();
        options.Routes["r"] = new RouteOptions
        {
            Model = "p/rest",
            Groups =
            {
                Group(new RouteConditionOptions { Field = "metadata.tier", EqualTo = "gold" }),
                Group(new RouteConditionOptions { Field = "metadata.tier", EqualTo = "gold" }, new RouteConditionOptions { Field = "stream", EqualTo = "true" }),
                Group(new RouteConditionOptions { Field = "max_tokens", Min = 10, Max = 5 }),
                Group(),
                Group(new RouteConditionOptions { Field = "user", Exists = true }),
            },
        };
        Assert.True(new GatewayOptionsValidator().Validate(null, options).Succeeded);
        var warnings = RouteRules.Warnings(options);
        Assert.Collection(
            warnings,
            warning => Assert.StartsWith("Gateway:Routes:r:Groups:1: it is never reached: Gateway:Routes:r:Groups:0", warning, StringComparison.Ordinal),
            warning => Assert.StartsWith("Gateway:Routes:r:Groups:2:When:0: no request can meet it", warning, StringComparison.Ordinal),
            warning => Assert.StartsWith("Gateway:Routes:r:Groups:4: it is never reached: Gateway:Routes:r:Groups:3", warning, StringComparison.Ordinal),
            warning => Assert.StartsWith("Gateway:Routes:r:Model: it is never reached", warning, StringComparison.Ordinal));
    }

    private static RouteOptions Mistake(string name) => name switch
    {
        "empty" => new RouteOptions(),
        "lost" => new RouteOptions { Groups = { new() { Deployments = { new() { Model = "nobody/m" } } } } },
        "lost-fallback" => new RouteOptions { Model = "p/m", Fallbacks = { "nowhere" } },
        "round" => new RouteOptions { Model = "p/m", Fallbacks = { "round" } },
        "weightless" => new RouteOptions { Groups = { new() { Deployments = { new() { Model = "p/m", Weight = 0 } } } } },
        "timers" => new RouteOptions { Model = "p/m", Timeouts = new() { FirstByte = TimeSpan.FromSeconds(9), Total = TimeSpan.FromSeconds(3) } },
        "range" => new RouteOptions { Model = "p/m", Timeouts = new() { Connect = TimeSpan.FromHours(1) } },
        "field" => new RouteOptions { Groups = { Group(new RouteConditionOptions { Field = "weather", EqualTo = "fine" }) } },
        "no-operator" => new RouteOptions { Groups = { Group(new RouteConditionOptions { Field = "user" }) } },
        "retries" => new RouteOptions { Model = "p/m", Retries = new() { MaxRetries = 99 } },
        _ => new RouteOptions { Model = "p/m", Retries = new() { InitialDelay = TimeSpan.FromSeconds(20) } },
    };

    private static RouteGroupOptions Group(params RouteConditionOptions[] when) => new() { When = [.. when], Deployments = { new() { Model = "p/m" } } };

    private static GatewayOptions Options() => new() { Providers = { ["p"] = new ProviderOptions { BaseUrl = "http://p.test/v1" } } };
}
