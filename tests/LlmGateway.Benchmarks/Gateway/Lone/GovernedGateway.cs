using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Benchmarks.Gateway.Servers;
using LlmGateway.TestKit;

namespace LlmGateway.Benchmarks.Gateway.Lone;

/// <summary>A gateway with everything that governs calls: a key of a project, limits of each kind, routes with fallbacks, telemetry exported.</summary>
/// <param name="Server">It.</param>
/// <param name="Key">The caller's.</param>
internal sealed record GovernedGateway(ServerProcess Server, string Key) : IAsyncDisposable
{
    /// <summary>Two deployments, with retries and a fallback.</summary>
    public const string Route = "governed";

    /// <summary>A provider that speaks Anthropic's API.</summary>
    public const string TranslatedRoute = "translated";

    /// <summary>More than a benchmark uses: each is checked, none refuses.</summary>
    private const long Plenty = 1_000_000_000;
    private const long PlentyOfUsd = 1_000_000;

    public static async Task<GovernedGateway> StartAsync(ServerProcess upstream, ServerProcess telemetry, TempFolder data, string? redis)
    {
        var settings = new Dictionary<string, string>
        {
            ["Gateway__Providers__claude__Kind"] = "Anthropic",
            ["Gateway__Providers__claude__BaseUrl"] = upstream.Url + "/v1",
            ["Gateway__Providers__claude__ApiKey"] = "x",
            ["Gateway__Models__bench/fixed__InputUsdPerMillion"] = "1",
            ["Gateway__Models__bench/fixed__OutputUsdPerMillion"] = "1",
            ["Gateway__Models__bench/other__InputUsdPerMillion"] = "1",
            ["Gateway__Models__bench/other__OutputUsdPerMillion"] = "1",
            ["Gateway__Models__claude/fixed__InputUsdPerMillion"] = "1",
            ["Gateway__Models__claude/fixed__OutputUsdPerMillion"] = "1",
            [$"Gateway__Routes__{Route}__Groups__0__Deployments__0__Model"] = "bench/fixed",
            [$"Gateway__Routes__{Route}__Groups__0__Deployments__0__Weight"] = "3",
            [$"Gateway__Routes__{Route}__Groups__0__Deployments__1__Model"] = "bench/other",
            [$"Gateway__Routes__{Route}__Fallbacks__0"] = "bench/last",
            [$"Gateway__Routes__{TranslatedRoute}__Model"] = "claude/fixed",
        };
        if (redis is not null)
        {
            settings["ConnectionStrings__redis"] = redis;
        }

        var server = await GatewayServer.StartAsync(upstream, data, telemetry, settings);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", GatewayServer.AdminKey);
        var key = await PostAsync(client, "/v1/keys", new { name = "bench" });
        foreach (var resource in (string[])["requests", "tokens", "cost_usd"])
        {
            await PostAsync(client, "/v1/limits", new { name = resource, resource, window = "minute", scope = new { type = "key" }, limit = resource == "cost_usd" ? PlentyOfUsd : Plenty });
        }

        return new GovernedGateway(server, key.GetProperty("key").GetString()!);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var response = await client.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{path}: {text}");
    }
}
