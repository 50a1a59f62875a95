using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Upstream;

namespace LlmGateway.System.Tests;

/// <summary>
/// What holds however the system was started. A class of scenarios is written once, against <see cref="RunningSystem"/>,
/// and two lines below it run it in each shape:
/// <code>
/// [Collection&lt;StandaloneShape&gt;]
/// public sealed class ThingsInStandalone(StandaloneFixture fixture) : ThingTests(fixture.Gateway);
///
/// [Collection&lt;ServicesShape&gt;]
/// public sealed class ThingsInServices(ServicesFixture fixture) : ThingTests(fixture.Gateway);
/// </code>
/// All classes of a shape share one system: each test begins with a provider that answers well and has seen nothing.
/// </summary>
public abstract class Scenario
{
    protected Scenario(RunningSystem gateway)
    {
        Gateway = gateway;
        gateway.Upstream.Script = new UpstreamScript();
        gateway.Upstream.Forget();
    }

    private static readonly TimeSpan CliDeadline = TimeSpan.FromMinutes(3);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected RunningSystem Gateway { get; }

    /// <inheritdoc cref="RunningSystem.Http"/>
    protected HttpClient Http => Gateway.Http;

    /// <summary>The calls of a model that the provider got.</summary>
    protected IReadOnlyList<UpstreamRequest> ModelCalls => [.. Gateway.Upstream.Requests.Where(request => request.Method == "POST")];

    protected static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>Posts JSON, and fails unless the answer is a success.</summary>
    /// <returns>The answer's body.</returns>
    protected static async Task<JsonElement> PostAsync(HttpClient client, string path, string body)
    {
        using var content = Json(body);
        using var response = await client.PostAsync(path, content, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>Makes a project and a key of it, for calls and data.</summary>
    protected async Task<HttpClient> JoinAsync(string name)
    {
        var project = (await PostAsync(Http, "/v1/projects", $$"""{"name":"{{name}}"}""")).GetProperty("id").GetString();
        var key = await PostAsync(Http, "/v1/keys", $$"""{"project_id":"{{project}}","scopes":["inference","data"]}""");
        return Gateway.ClientOf(Gateway.BaseUrl, key.GetProperty("key").GetString());
    }

    /// <summary>Runs the command line as the admin.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="code">The exit code that it must have; null for any but an error.</param>
    /// <param name="args">Its arguments.</param>
    /// <returns>What it wrote.</returns>
    protected async Task<string> CliAsync(string folder, int? code, params string[] args)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(output.Parent!.Parent!.FullName, "LlmGateway.Cli", output.Name, "llmgateway.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["OPENAI_BASE_URL"] = new Uri(Gateway.BaseUrl, "/v1").ToString();
        start.Environment["OPENAI_API_KEY"] = RunningSystem.AdminKey;
        var (exit, text) = await HostProgram.RunAsync(start, CliDeadline);
        Assert.True(exit == (code ?? exit) && exit != 3, $"{exit}: {text}");
        return text;
    }

    /// <summary>The call as <c>/v1/inferences</c> shows it, once it is stored.</summary>
    /// <param name="answer">The answer to the call.</param>
    /// <param name="client">Who asks; by default the admin.</param>
    protected async Task<JsonElement> StoredAsync(HttpResponseMessage answer, HttpClient? client = null)
    {
        var id = answer.Headers.GetValues("x-llmgateway-inference-id").Single();
        return JsonElement.Parse(await Eventually.GetAsync<string>(
            async token =>
            {
                using var response = await (client ?? Http).GetAsync($"/v1/inferences/{id}", token);
                return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(token) : null;
            },
            "the call to be stored"));
    }
}
