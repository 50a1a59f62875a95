using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>A key is good at every gateway as soon as it is made, and at none once it is revoked.</summary>
public abstract class KeyTests(RunningSystem gateway) : Scenario(gateway)
{
    /// <summary>Gateways ask for a key again after 30 s; the rest is a busy machine's.</summary>
    private static readonly TimeSpan RevocationLimit = TimeSpan.FromSeconds(35);

    [Fact]
    public async Task A_key_works_at_once_everywhere_and_nowhere_within_30_seconds_of_its_end()
    {
        var made = await PostAsync(Http, "/v1/keys", """{"name":"short-lived","scopes":["inference"]}""");
        var callers = Gateway.Gateways.Select(address => Gateway.ClientOf(address, made.GetProperty("key").GetString())).ToList();
        Assert.All(await StatusesAsync(callers), status => Assert.Equal(200, status));

        using var revoked = await Http.DeleteAsync($"/v1/keys/{made.GetProperty("id").GetString()}", Cancel);
        Assert.Equal(200, (int)revoked.StatusCode);
        Assert.Equal(401, (await StatusesAsync(callers[..1]))[0]);
        await Eventually.TrueAsync(
            async _ => (await StatusesAsync(callers)).All(status => status == 401), "every gateway to refuse the revoked key", RevocationLimit);
    }

    [Fact]
    public async Task An_expired_key_is_refused_everywhere()
    {
        var (soon, made) = (0L, default(JsonElement));
        await Eventually.TrueAsync(
            async token =>
            {
                // An end that comes before the request, on a machine that stalls, is refused.
                soon = TimeProvider.System.GetUtcNow().AddSeconds(2).ToUnixTimeSeconds();
                using var content = Json($$"""{"name":"soon over","scopes":["inference"],"expires_at":{{soon}}}""");
                using var response = await Http.PostAsync("/v1/keys", content, token);
                made = JsonElement.Parse(await response.Content.ReadAsStringAsync(token));
                return response.IsSuccessStatusCode;
            },
            "a key that ends soon", cancellationToken: Cancel);
        await Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() > soon, "the key's end");
        var callers = Gateway.Gateways.Select(address => Gateway.ClientOf(address, made.GetProperty("key").GetString())).ToList();
        Assert.All(await StatusesAsync(callers), status => Assert.Equal(401, status));
    }

    private static async Task<List<int>> StatusesAsync(IEnumerable<HttpClient> callers)
    {
        List<int> statuses = [];
        foreach (var caller in callers)
        {
            using var response = await caller.GetAsync("/v1/models", Cancel);
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }
}

[Collection<StandaloneShape>]
public sealed class KeysInStandalone(StandaloneFixture fixture) : KeyTests(fixture.Gateway);

[Collection<ServicesShape>]
public sealed class KeysInServices(ServicesFixture fixture) : KeyTests(fixture.Gateway);
