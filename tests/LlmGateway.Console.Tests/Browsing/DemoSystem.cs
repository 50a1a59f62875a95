using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Console.Tests.Browsing;
using LlmGateway.TestKit.Hosts;

[assembly: AssemblyFixture(typeof(DemoSystem))]

namespace LlmGateway.Console.Tests.Browsing;

/// <summary>
/// Standalone with what <c>./build.sh demo</c> leaves in it, and a browser: one of each for all tests. Tests look at the demo's data and
/// leave it as it is; one that changes something makes a project of its own. Who runs them often has the demo run once: where
/// <c>LLMGATEWAY_TEST_DEMO</c> names a data folder that it ran in, a copy of that is taken.
/// </summary>
public sealed class DemoSystem : IAsyncLifetime
{
    private static readonly TimeSpan DemoLimit = TimeSpan.FromMinutes(10);

    /// <summary>A busy machine may stall for long, and what is there already is not waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TempFolder _data = new();
    private readonly TempFolder _report = new();
    private HostProcess _process = null!;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private readonly SemaphoreSlim _signingIn = new(1);
    private string? _adminSession;

    /// <summary>Signed in with the admin key.</summary>
    public HttpClient Http { get; private set; } = null!;

    public Uri BaseUrl => _process.BaseUrl;

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Find(out _) is not { } chromium)
        {
            return;
        }

        var known = Environment.GetEnvironmentVariable("LLMGATEWAY_TEST_DEMO");
        if (known is not null)
        {
            CopyFolder(known, _data.Path);
        }

        _process = new HostProcess("Standalone", _data.Path);
        await _process.StartAsync();
        Http = ClientOf(HostProgram.AdminKey);
        await (known is null ? RunDemoAsync() : Task.CompletedTask);
        SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>A window of its own, signed in, that shows a page of the console. The admin's windows share one session.</summary>
    /// <param name="path">Below <c>/console/</c>.</param>
    /// <param name="key">Who signs in; the admin by default.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="dark">Whether the system prefers dark colours.</param>
    public async Task<ConsoleWindow> OpenAsync(string path = "", string key = HostProgram.AdminKey, int width = 1280, bool dark = false)
    {
        var session = key == HostProgram.AdminKey ? await AdminSessionAsync() : null;
        var window = await NewWindowAsync(width, dark, session: session);
        if (session is null)
        {
            await window.SignInAsync(key);
        }

        await window.GoAsync(path);
        return window;
    }

    /// <summary>A window of its own that has not signed in.</summary>
    /// <param name="width">In pixels.</param>
    /// <param name="dark">Whether the system prefers dark colours.</param>
    /// <param name="address">Another gateway's; this system's by default.</param>
    /// <param name="session">Cookies that it begins with; none by default.</param>
    public async Task<ConsoleWindow> NewWindowAsync(int width = 1280, bool dark = false, Uri? address = null, string? session = null)
    {
        if (_browser is null)
        {
            Chromium.Find(out var reason);
            Assert.Skip(reason!);
        }

        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = (address ?? BaseUrl).ToString(),
            ViewportSize = new() { Width = width, Height = 860 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            StorageState = session,
        });
        return new ConsoleWindow(context, await context.NewPageAsync());
    }

    /// <summary>A new project with nothing in it.</summary>
    /// <param name="scopes">What its key may do; everything but the admin's by default.</param>
    /// <returns>Its key, and a client signed in with it.</returns>
    public async Task<(string Key, HttpClient Http)> NewProjectAsync(params string[] scopes)
    {
        var project = await PostAsync(Http, "/v1/projects", new { name = $"console {Guid.CreateVersion7()}" });
        var key = await NewKeyAsync(project.GetProperty("id").GetString()!, scopes.Length == 0 ? ["inference", "data"] : scopes);
        return (key, ClientOf(key));
    }

    /// <summary>A new key of a project.</summary>
    public async Task<string> NewKeyAsync(string project, string[] scopes, long? expiresAt = null) =>
        (await PostAsync(Http, "/v1/keys", new { project_id = project, scopes, expires_at = expiresAt })).GetProperty("key").GetString()!;

    /// <summary>Posts to the API, and insists on success.</summary>
    public static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var response = await http.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _signingIn.Dispose();
        _playwright?.Dispose();
        Http?.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _data.Dispose();
        _report.Dispose();
    }

    private async Task<string> AdminSessionAsync()
    {
        await _signingIn.WaitAsync();
        try
        {
            if (_adminSession is null)
            {
                await using var window = await NewWindowAsync();
                await window.SignInAsync(HostProgram.AdminKey);
                _adminSession = await window.Page.Context.StorageStateAsync();
            }

            return _adminSession;
        }
        finally
        {
            _signingIn.Release();
        }
    }

    private HttpClient ClientOf(string key) => new()
    {
        BaseAddress = BaseUrl,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    private static void CopyFolder(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    private async Task RunDemoAsync()
    {
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Loop/release/Loop.dll"));
        string[] arguments = [program, _report.Path, "--base-url", BaseUrl.ToString(), "--api-key", HostProgram.AdminKey];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var (code, output) = await HostProgram.RunAsync(start, DemoLimit);
        Assert.True(code == 0, output);
    }
}
