using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Routes are made and providers switched at one gateway, under load, and every gateway goes by it.</summary>
public abstract class RouteResourceTests(RunningSystem gateway) : Scenario(gateway)
{
    private const int CallersPerGateway = 2;

    [Fact]
    public async Task A_route_is_replaced_under_load_on_every_gateway_without_a_failed_call()
    {
        await PutAsync("live", """{"model":"test/old"}""");
        await EveryGatewayAsync("live", "test/old");
        var statuses = new ConcurrentBag<int>();
        using var enough = new CancellationTokenSource();
        var load = Gateway.Gateways.SelectMany(address => Enumerable.Repeat(Gateway.ClientOf(address), CallersPerGateway)).Select(client => CallOnAsync(client, statuses, enough.Token)).ToList();
        for (var number = 0; number < 5; number++)
        {
            var made = await PutAsync("live", $$"""{"groups":[{"deployments":[{"model":"test/new-{{number}}"}]}],"fallbacks":["test/last"]}""");
            Assert.True(made.GetProperty("in_force").GetBoolean());
            await EveryGatewayAsync("live", $"test/new-{number}");
        }

        Assert.Single((await Task.WhenAll(Gateway.Gateways.Select(VersionAsync))).Distinct());
        await enough.CancelAsync();
        await Task.WhenAll(load);
        Assert.NotEmpty(statuses);
        Assert.All(statuses, status => Assert.Equal(200, status));

        using var deleted = await Http.DeleteAsync("/v1/routes/live", Cancel);
        Assert.Equal(200, (int)deleted.StatusCode);
        await EveryGatewayAsync("live", null);
    }

    [Fact]
    public async Task A_disabled_provider_is_left_by_every_gateway_and_taken_again()
    {
        await PutAsync("pair", $$"""{"groups":[{"policy":"priority","deployments":[{"model":"{{TranslatedModel}}"},{"model":"test/second"}]}]}""");
        await EveryGatewayAsync("pair", TranslatedModel);
        await PostAsync(Http, "/v1/providers/translated", """{"enabled":false,"reason":"a trial"}""");
        await EveryGatewayAsync("pair", "test/second");
        using (var refused = await AskAsync(Http, TranslatedModel))
        {
            var error = (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error");
            Assert.Equal((503, "provider_disabled"), ((int)refused.StatusCode, error.GetProperty("code").GetString()));
        }

        using (var answer = await AskAsync(Http, "pair"))
        {
            var explained = await ExplainedAsync(answer.Headers.GetValues("x-llmgateway-inference-id").Single());
            Assert.Contains("provider_disabled", explained, StringComparison.Ordinal);
        }

        await PostAsync(Http, "/v1/providers/translated", """{"enabled":true}""");
        await EveryGatewayAsync("pair", TranslatedModel);
        using var deleted = await Http.DeleteAsync("/v1/routes/pair", Cancel);
        Assert.Equal(200, (int)deleted.StatusCode);
    }

    private const string TranslatedModel = RunningSystem.TranslatedModel;

    private async Task<JsonElement> PutAsync(string name, string body)
    {
        using var content = Json(body);
        using var response = await Http.PutAsync($"/v1/routes/{name}", content, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>Waits until a name leads to a deployment at each gateway; null for nowhere.</summary>
    private async Task EveryGatewayAsync(string name, string? deployment)
    {
        foreach (var client in Gateway.Gateways.Select(address => Gateway.ClientOf(address)))
        {
            await Eventually.TrueAsync(
                async _ =>
                {
                    using var answer = await AskAsync(client, name);
                    return deployment is null
                        ? (int)answer.StatusCode == 404
                        : answer.Headers.TryGetValues("x-llmgateway-deployment", out var told) && told.Single() == deployment;
                },
                $"'{name}' to lead to {deployment ?? "nowhere"} at {client.BaseAddress}", cancellationToken: Cancel);
        }
    }

    private async Task<string> ExplainedAsync(string id)
    {
        var text = "";
        await Eventually.TrueAsync(
            async _ =>
            {
                using var response = await Http.GetAsync($"/v1/inferences/{id}/explain", Cancel);
                text = await response.Content.ReadAsStringAsync(Cancel);
                return response.IsSuccessStatusCode;
            },
            "the call to be stored", cancellationToken: Cancel);
        return text;
    }

    private async Task<string?> VersionAsync(Uri address) =>
        (await Gateway.ClientOf(address).GetFromJsonAsync<JsonElement>("/v1/configuration", Cancel)).GetProperty("version").GetString();

    private static async Task CallOnAsync(HttpClient client, ConcurrentBag<int> statuses, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            using var answer = await AskAsync(client, "live");
            statuses.Add((int)answer.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string model)
    {
        using var content = Json($$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]}""");
        return await client.PostAsync("/v1/chat/completions", content, Cancel);
    }
}

[Collection<StandaloneShape>]
public sealed class RouteResourcesInStandalone(StandaloneFixture fixture) : RouteResourceTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class RouteResourcesInServices(ServicesFixture fixture) : RouteResourceTests(fixture.Gateway);
