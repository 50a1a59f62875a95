using System.ComponentModel;
using System.Diagnostics;
using LlmGateway.System.Tests;

[assembly: AssemblyFixture(typeof(NpmPackage))]

namespace LlmGateway.System.Tests;

/// <summary>The official npm package, installed by its lock file into the tests' output, once for a version of that file.</summary>
public sealed class NpmPackage : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Npm");
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(3);
    private string? _missing;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await RunAsync("node", ["--version"], RunLimit);
            await InstallAsync();
        }
        catch (Win32Exception)
        {
            _missing = "node and npm are not installed";
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs one file of node's tests against a gateway. Without node it skips, except in CI, where it fails.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="gateway">The system.</param>
    /// <param name="rabbitMq">The broker's address, for tests that talk to it.</param>
    /// <returns>The exit code and everything printed.</returns>
    public async Task<(int ExitCode, string Output)> TestAsync(string file, RunningSystem gateway, string? rabbitMq = null)
    {
        Assert.SkipWhen(_missing is not null && Environment.GetEnvironmentVariable("CI") != "true", _missing ?? "");
        Assert.Null(_missing);
        return await RunAsync("node", ["--test", file], RunLimit, new()
        {
            ["OPENAI_BASE_URL"] = new Uri(gateway.BaseUrl, "/v1").ToString(),
            ["OPENAI_API_KEY"] = RunningSystem.AdminKey,
            ["RABBITMQ_URL"] = rabbitMq ?? "",
        });
    }

    private static async Task InstallAsync()
    {
        var wanted = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        var mark = Path.Combine(Folder, "node_modules", ".installed-lock.json");
        if (File.Exists(mark) && await File.ReadAllTextAsync(mark) == wanted)
        {
            return;
        }

        var (code, output) = await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], InstallLimit);
        if (code != 0)
        {
            throw new InvalidOperationException($"npm ci ended with code {code}: {output}");
        }

        await File.WriteAllTextAsync(mark, wanted);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, TimeSpan limit, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
