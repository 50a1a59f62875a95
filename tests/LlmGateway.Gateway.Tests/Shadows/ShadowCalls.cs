using System.Text.Json;
using LlmGateway.Gateway.Tests.ProjectModels;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.Gateway.Tests.Shadows;

/// <summary>Shadows of one gateway, and what its provider saw of them.</summary>
internal static class ShadowCalls
{
    public const string Route = "test/original";
    public const string Candidate = "test/candidate";

    /// <summary>Prices at which a call of the candidate costs 0.0018 USD: 11 and 7 tokens.</summary>
    public static readonly (string, string?)[] Priced =
    [
        ("Gateway:Models:test/candidate:InputUsdPerMillion", "100"), ("Gateway:Models:test/candidate:OutputUsdPerMillion", "100"),
        ("Gateway:Models:test/original:InputUsdPerMillion", "100"), ("Gateway:Models:test/original:OutputUsdPerMillion", "100"),
    ];

    /// <summary>Makes a shadow of <see cref="Route"/> that mirrors every call, and insists on success.</summary>
    public static async Task<string> ShadowAsync(this InProcessGateway gateway, object? candidate = null, object? limits = null, string name = "try", double share = 1, string? key = null)
    {
        var body = JsonSerializer.SerializeToNode(limits ?? new { max_calls = 1000 })!.AsObject();
        body["name"] = name;
        body["model"] = Route;
        body["share"] = share;
        body["candidate"] = JsonSerializer.SerializeToNode(candidate ?? new { model = Candidate });
        var (status, shadow) = await gateway.SendAsync(HttpMethod.Post, "/v1/shadows", body, key);
        Assert.True(status == 200, shadow.ToString());
        return shadow.GetProperty("id").GetString()!;
    }

    /// <summary>A call of the route that no cache answers.</summary>
    public static async Task AskRouteAsync(this InProcessGateway gateway, string question = "hi", string? key = null)
    {
        var (status, answer) = await gateway.SendAsync(
            HttpMethod.Post, "/v1/chat/completions", new { model = Route, temperature = 1, messages = new[] { new { role = "user", content = question } } }, key);
        Assert.True(status == 200, answer.ToString());
    }

    public static async Task<JsonElement> ReadShadowAsync(this InProcessGateway gateway, string name = "try", string? key = null) =>
        (await gateway.SendAsync(HttpMethod.Get, $"/v1/shadows/{name}", key: key)).Body;

    public static long Count(this JsonElement shadow, string name) => shadow.GetProperty("counts").GetProperty(name).GetInt64();

    public static decimal CostOf(this JsonElement shadow) => shadow.GetProperty("counts").GetProperty("cost_usd").GetDecimal();

    /// <summary>Waits for a count.</summary>
    /// <returns>The shadow, when it has come to it.</returns>
    public static async Task<JsonElement> UntilAsync(this InProcessGateway gateway, Func<JsonElement, bool> condition, string what, string name = "try")
    {
        JsonElement shadow = default;
        await Eventually.TrueAsync(
            async _ => condition(shadow = await gateway.ReadShadowAsync(name)), what, cancellationToken: TestContext.Current.CancellationToken);
        return shadow;
    }

    /// <summary>The requests that a model of the provider got.</summary>
    public static List<UpstreamRequest> Of(this UpstreamServer upstream, string model) =>
        [.. upstream.Requests.Where(request => request.Method == "POST" && $"test/{request.Json.GetProperty("model").GetString()}" == model)];

    public static Task UntilAskedAsync(this UpstreamServer upstream, string model, int times) => Eventually.TrueAsync(
        () => upstream.Of(model).Count >= times, $"{times} calls of {model}", cancellationToken: TestContext.Current.CancellationToken);
}
