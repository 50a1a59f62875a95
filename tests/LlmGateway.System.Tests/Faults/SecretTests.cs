using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Telemetry;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>Secrets are given to the system and must not come out of it: not in answers, output, telemetry or its data.</summary>
public sealed class SecretTests : IAsyncLifetime
{
    private const string ProviderKey = "sk-canary-provider-5f1c9f0e2d7a";
    private const string WrongKey = "sk-lg-canary-wrong-77aa41c0be9d";
    private const string Query = "canary-query-31c6d2a9";

    private readonly StringBuilder _answers = new();
    private OtlpReceiver _receiver = null!;
    private StandaloneProcess _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _receiver = await OtlpReceiver.StartAsync();
        _gateway = await StandaloneProcess.StartAsync(
            [.. _receiver.Environment, ("Gateway__Providers__test__ApiKey", ProviderKey), ("Logging__LogLevel__Default", "Debug")]);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task None_of_them_is_anywhere()
    {
        var caller = await MakeKeyAsync();
        await CallEveryWayAsync(caller);
        await CallAsync(WrongKey, "/v1/chat/completions", Chat("test/gpt-4o-mini"));
        await CallAsync(WrongKey, "/v1/keys", """{"name":"x"}""");
        await Eventually.TrueAsync(
            () => _receiver.Payloads.Any(payload => Holds(payload, "upstream_credentials_rejected")), "what was told of the last calls");
        _gateway.Terminate();
        await _gateway.WaitForExitAsync();

        foreach (var secret in (string[])[ProviderKey, caller, WrongKey, Query])
        {
            Assert.DoesNotContain(secret, _answers.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(secret, _gateway.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(_receiver.Payloads, payload => Holds(payload, secret));
            Assert.DoesNotContain(Directory.EnumerateFiles(_gateway.DataFolder, "*", SearchOption.AllDirectories), file => Holds(File.ReadAllBytes(file), secret));
        }

        // What is looked for would be found: the caller's public id is in the store, and the model in what was told.
        Assert.Contains(Directory.EnumerateFiles(_gateway.DataFolder, "*", SearchOption.AllDirectories), file => Holds(File.ReadAllBytes(file), PublicId(caller)));
        Assert.Contains(_receiver.Payloads, payload => Holds(payload, "gpt-4o-mini"));
    }

    /// <summary>The provider answers well, refuses the gateway's key and quotes it, fails, hangs up and breaks off.</summary>
    private async Task CallEveryWayAsync(string caller)
    {
        UpstreamScript[] scripts =
        [
            new(),
            new() { Fault = UpstreamFault.CutBeforeHeaders },
            new() { Fault = UpstreamFault.CutInFrame },
            new() { Fault = UpstreamFault.InvalidJson },
            new() { Status = 500 },
            new() { Status = 429 },
            new() { Status = 401, Body = $$$"""{"error":{"message":"Incorrect API key provided: {{{ProviderKey}}}","type":"invalid_request_error","code":"invalid_api_key"}}""" },
        ];
        foreach (var script in scripts)
        {
            _gateway.Upstream.Script = script;
            await CallAsync(caller, "/v1/chat/completions", Chat("test/gpt-4o-mini"));
            await CallAsync(caller, $"/v1/chat/completions?api_key={Query}", Chat("test/gpt-4o-mini", stream: true));
            await CallAsync(caller, "/v1/responses", """{"model":"test/gpt-4o-mini","input":"hi"}""");
            await CallAsync(caller, "/v1/moderations", """{"input":"hi"}""");
        }
    }

    private async Task<string> MakeKeyAsync()
    {
        using var content = new StringContent("""{"name":"canary"}""", Encoding.UTF8, "application/json");
        using var response = await _gateway.Http.PostAsync("/v1/keys", content, Cancel);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancel)).GetProperty("key").GetString()!;
    }

    private async Task CallAsync(string key, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Cookie", $"session={Query}");
        try
        {
            using var response = await _gateway.ClientOf(_gateway.BaseUrl, key).SendAsync(request, Cancel);
            _answers.Append(response).Append(await response.Content.ReadAsStringAsync(Cancel));
        }
        catch (HttpRequestException exception)
        {
            _answers.Append(exception);
        }
    }

    private static string Chat(string model, bool stream = false) =>
        $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""";

    /// <summary>Of <c>sk-lg-{public id}-{secret}</c>.</summary>
    private static string PublicId(string key) => key.Split('-')[2];

    private static bool Holds(byte[] bytes, string text) => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
}
