using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>A project of one test's own, so that its limits are in nobody else's way, and calls with its key at each gateway.</summary>
internal sealed class LimitedProject
{
    /// <summary>How soon a limit is in force on every gateway, and what a busy machine adds.</summary>
    private static readonly TimeSpan KnownWithin = TimeSpan.FromSeconds(60);

    private static int _markers;

    private readonly RunningSystem _system;

    private LimitedProject(RunningSystem system, string id, string keyId, string key) =>
        (_system, Id, KeyId, Key, Callers) = (system, id, keyId, key, Clients(system, key));

    public string Id { get; }

    /// <summary>The public id of <see cref="Key"/>.</summary>
    public string KeyId { get; }

    public string Key { get; }

    /// <summary>A client of each gateway with the key, in the order of <see cref="RunningSystem.Gateways"/>.</summary>
    public IReadOnlyList<HttpClient> Callers { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<LimitedProject> MakeAsync(RunningSystem system)
    {
        var id = (await SendAsync(system.Http, HttpMethod.Post, "/v1/projects", """{"name":"limited"}""")).GetProperty("id").GetString()!;
        var (keyId, key) = await AddKeyAsync(system, id);
        return new LimitedProject(system, id, keyId, key);
    }

    /// <summary>A client of each gateway with another key of the project.</summary>
    public async Task<IReadOnlyList<HttpClient>> WithAnotherKeyAsync() => Clients(_system, (await AddKeyAsync(_system, Id)).Key);

    /// <summary>Makes a limit for the project's calls, and returns when every gateway keeps it.</summary>
    /// <param name="resource">What is limited.</param>
    /// <param name="window">Null for concurrent requests.</param>
    /// <param name="limit">How much.</param>
    /// <param name="scope">Whose calls are counted together, as JSON.</param>
    /// <param name="mode"><c>enforce</c> or <c>shadow</c>.</param>
    /// <returns>Its id.</returns>
    public async Task<string> LimitAsync(string resource, string? window, decimal limit, string scope = """{"type":"project"}""", string mode = "enforce")
    {
        var during = window is null ? "" : $"\"window\":\"{window}\",";
        var made = await SendAsync(
            _system.Http, HttpMethod.Post, "/v1/limits",
            $$"""{"name":"test","resource":"{{resource}}",{{during}}"limit":{{limit.ToString(CultureInfo.InvariantCulture)}},"scope":{{scope}},"mode":"{{mode}}","project_id":"{{Id}}"}""");
        await WaitUntilSharedAsync(_system);
        return made.GetProperty("id").GetString()!;
    }

    /// <summary>Asks the first gateway, or another, something that no cache has an answer to.</summary>
    /// <param name="members">Members of the request, each with a comma behind it.</param>
    /// <param name="gateway">Which gateway.</param>
    public Task<LimitedAnswer> CallAsync(string members = "", int gateway = 0) => CallAsync(Callers[gateway], members);

    /// <inheritdoc cref="CallAsync(string, int)"/>
    public static async Task<LimitedAnswer> CallAsync(HttpClient caller, string members = "")
    {
        using var request = Request(members);
        using var response = await caller.SendAsync(request, Cancel);
        return await LimitedAnswer.ReadAsync(response);
    }

    /// <summary>Begins a stream, and returns with the answer's headers.</summary>
    /// <inheritdoc cref="CallAsync(string, int)"/>
    public async Task<HttpResponseMessage> BeginStreamAsync(string members = "", int gateway = 0)
    {
        using var request = Request($"{members}\"stream\":true,");
        return await Callers[gateway].SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    /// <summary>What all subjects used of a limit, as a gateway tells it.</summary>
    public async Task<decimal> UsedAsync(string limit, int gateway = 0)
    {
        var shown = await SendAsync(_system.ClientOf(_system.Gateways[gateway]), HttpMethod.Get, $"/v1/limits/{limit}");
        return shown.GetProperty("usage").GetProperty("data").EnumerateArray().Sum(subject => subject.GetProperty("used").GetDecimal());
    }

    public async Task EventuallyUsedAsync(string limit, decimal used)
    {
        foreach (var gateway in Enumerable.Range(0, _system.Gateways.Count))
        {
            decimal told = -1;
            try
            {
                await Eventually.TrueAsync(async _ => (told = await UsedAsync(limit, gateway)) == used, "what was used", cancellationToken: Cancel);
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Gateway {gateway} says that {told} were used of the limit, and not {used}.");
            }
        }
    }

    /// <summary>
    /// Returns when every gateway keeps the limits that were made so far, and counts where all do. A limit that was made last tells
    /// it, in a place where nothing but these questions is counted: metadata of another project's calls.
    /// </summary>
    public static async Task WaitUntilSharedAsync(RunningSystem system)
    {
        var (marker, most) = ($"marker-{Environment.ProcessId}-{Interlocked.Increment(ref _markers)}", "1000000");
        var made = await SendAsync(
            system.Http, HttpMethod.Post, "/v1/limits",
            $$$"""{"name":"marker","resource":"requests","window":"minute","limit":{{{most}}},"scope":{"type":"metadata","key":"{{{marker}}}"}}""");
        foreach (var caller in Clients(system, RunningSystem.AdminKey))
        {
            await Eventually.TrueAsync(
                async _ => await CallAsync(caller, $"\"metadata\":{{\"{marker}\":\"x\"}},") is { Status: 200 } answer && answer.Header("x-ratelimit-limit-requests") == most && answer.Header("x-llmgateway-limits") is null,
                "the gateway to keep a new limit with the others", KnownWithin, Cancel);
        }

        await SendAsync(system.Http, HttpMethod.Delete, $"/v1/limits/{made.GetProperty("id").GetString()}");
        system.Upstream.Forget();
    }

    public static async Task<JsonElement> SendAsync(HttpClient client, HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await client.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private static IReadOnlyList<HttpClient> Clients(RunningSystem system, string key) => [.. system.Gateways.Select(gateway => system.ClientOf(gateway, key))];

    private static async Task<(string Id, string Key)> AddKeyAsync(RunningSystem system, string project)
    {
        var made = await SendAsync(system.Http, HttpMethod.Post, "/v1/keys", $$"""{"project_id":"{{project}}","scopes":["inference"]}""");
        return (made.GetProperty("id").GetString()!, made.GetProperty("key").GetString()!);
    }

    private static HttpRequestMessage Request(string members) => new(HttpMethod.Post, "/v1/chat/completions")
    {
        Content = new StringContent(
            $$"""{"model":"{{RunningSystem.PricedModel}}",{{members}}"messages":[{"role":"user","content":"{{Guid.CreateVersion7()}}"}]}""", Encoding.UTF8, "application/json"),
    };
}

/// <summary>What a caller got.</summary>
internal sealed record LimitedAnswer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The error's <c>code</c>; null for an answer that is none.</summary>
    public string? Code => JsonElement.Parse(Text).TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;

    public static async Task<LimitedAnswer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        response.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
