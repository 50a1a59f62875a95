using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>Stored routes and the configuration file beside them, over reloads and starts.</summary>
public sealed class StoredRouteTests : IAsyncLifetime
{
    private const string WithProvider = """{"Gateway":{"Providers":{"other":{"BaseUrl":"{upstream}/v1","Models":["m"]} } } }""";
    private const string Without = """{"Gateway":{}}""";
    private const string Hiding = """{"Gateway":{"Routes":{"kept":{"Model":"test/configured"} } } }""";
    private StandaloneProcess _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await StandaloneProcess.StartConfiguredAsync(WithProvider);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task One_that_no_longer_holds_breaks_no_reload_and_no_start_and_comes_back()
    {
        await PutAsync("kept", """{"model":"test/kept"}""");
        await PutAsync("moving", """{"groups":[{"deployments":[{"model":"other/m"}]}]}""");
        Assert.Equal(("other/m", "test/kept"), (await AskAsync("moving"), await AskAsync("kept")));

        _gateway.Configure(Without);
        await Eventually.TrueAsync(async _ => await AskAsync("moving") == "404", "the route of the provider that is gone to be left out");
        await CheckLeftOutAsync();

        _gateway.Kill();
        await _gateway.RestartAsync();
        Assert.Equal("404", await AskAsync("moving"));
        await CheckLeftOutAsync();

        _gateway.Configure(WithProvider);
        await Eventually.TrueAsync(async _ => await AskAsync("moving") == "other/m", "the route to be in force again");
        Assert.Empty((await GetAsync("/v1/routes/moving")).GetProperty("warnings").EnumerateArray());
    }

    [Fact]
    public async Task The_files_route_of_the_same_name_hides_it_until_it_goes()
    {
        await PutAsync("kept", """{"model":"test/kept"}""");
        _gateway.Configure(Hiding);
        await Eventually.TrueAsync(async _ => await AskAsync("kept") == "test/configured", "the file's route to be in force");
        var shown = await GetAsync("/v1/routes/kept");
        Assert.Equal("configuration", shown.GetProperty("source").GetString());
        Assert.Contains("stored route of the same name", Assert.Single(shown.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);

        _gateway.Configure(WithProvider);
        await Eventually.TrueAsync(async _ => await AskAsync("kept") == "test/kept", "the stored route to be in force again");
    }

    [Fact]
    public async Task A_disabled_provider_stays_disabled_over_a_start()
    {
        using (var content = Json("""{"enabled":false}"""))
        using (var switched = await _gateway.Http.PostAsync("/v1/providers/other", content, Cancel))
        {
            Assert.Equal(200, (int)switched.StatusCode);
        }

        Assert.Equal("503", await AskAsync("other/m"));
        _gateway.Kill();
        await _gateway.RestartAsync();
        Assert.Equal("503", await AskAsync("other/m"));
        Assert.False((await GetAsync("/v1/providers/other")).GetProperty("enabled").GetBoolean());
    }

    private async Task CheckLeftOutAsync()
    {
        Assert.Equal("test/kept", await AskAsync("kept"));
        var shown = await GetAsync("/v1/routes/moving");
        Assert.False(shown.GetProperty("in_force").GetBoolean());
        Assert.Contains("'other/m'", Assert.Single(shown.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        var state = await GetAsync("/v1/configuration");
        Assert.Equal(JsonValueKind.Null, state.GetProperty("refused_change").ValueKind);
        Assert.Contains(state.GetProperty("warnings").EnumerateArray(), warning => warning.GetString()!.StartsWith("/v1/routes/moving: it is not in force", StringComparison.Ordinal));
    }

    private async Task PutAsync(string name, string body)
    {
        using var content = Json(body);
        using var response = await _gateway.Http.PutAsync($"/v1/routes/{name}", content, Cancel);
        Assert.Equal(200, (int)response.StatusCode);
    }

    private Task<JsonElement> GetAsync(string path) => _gateway.Http.GetFromJsonAsync<JsonElement>(path, Cancel);

    /// <returns>The deployment that answered, or the status.</returns>
    private async Task<string> AskAsync(string model)
    {
        using var content = Json($$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]}""");
        using var response = await _gateway.Http.PostAsync("/v1/chat/completions", content, Cancel);
        return response.IsSuccessStatusCode ? response.Headers.GetValues("x-llmgateway-deployment").Single() : $"{(int)response.StatusCode}";
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
