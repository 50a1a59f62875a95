using LlmGateway.Gateway.Models;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Models;

public sealed class ModelTableTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> NoLists = [];

    [Fact]
    public void A_name_is_an_alias_then_a_provider_then_a_listed_model()
    {
        var options = Options(("openai", ["gpt-4o", "meta-llama/x"]), ("groq", []));
        options.Routes["gpt-4o"] = new RouteOptions { Model = "groq/other" };
        var table = new ModelTable(options, NoLists);
        Assert.Equal("groq/other", table.Resolve("gpt-4o").Name);
        Assert.Equal("openai/gpt-4o", table.Resolve("openai/gpt-4o").Name);
        Assert.Equal("openai/meta-llama/x", table.Resolve("meta-llama/x").Name);
    }

    [Fact]
    public void A_name_that_two_providers_have_must_say_which()
    {
        var error = Assert.Throws<ApiException>(() => new ModelTable(Options(("a", ["m"]), ("b", ["m"])), NoLists).Resolve("m")).Error;
        Assert.Equal((400, "model"), (error.Status, error.Param));
        Assert.Contains("'a/m' or 'b/m'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_model_is_told_the_near_names()
    {
        var error = Assert.Throws<ApiException>(() => new ModelTable(Options(("openai", ["gpt-4o-mini"])), NoLists).Resolve("gpt-4o-mni")).Error;
        Assert.Equal((404, "model_not_found"), (error.Status, error.Code));
        Assert.Contains("openai/gpt-4o-mini", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_one_outside_provider_whose_list_is_unknown_a_bare_name_is_meant_for_it() =>
        Assert.Equal("openai/gpt-9", new ModelTable(Options(("openai", [])), NoLists).Resolve("gpt-9").Name);

    [Fact]
    public void Azure_addresses_name_the_deployment_and_the_version() => Assert.Equal(
        "https://x.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21",
        new Provider("azure", ProviderKind.Azure, "https://x.openai.azure.com", "k", "2024-10-21", true).Address("chat/completions", "my gpt").AbsoluteUri);

    private static GatewayOptions Options(params (string Name, string[] Models)[] providers)
    {
        var options = new GatewayOptions();
        foreach (var (name, models) in providers)
        {
            options.Providers[name] = new ProviderOptions { BaseUrl = $"http://{name}.test/v1", Models = [.. models] };
        }

        return options;
    }
}
