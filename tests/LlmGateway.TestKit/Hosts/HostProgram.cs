using System.Diagnostics;

namespace LlmGateway.TestKit.Hosts;

/// <summary>How a built host is started.</summary>
public static class HostProgram
{
    /// <summary>The key that every started host knows as the admin's.</summary>
    public const string AdminKey = "sk-lg-test-0123456789abcdef0123456789";

    /// <summary>With its output to be read, and nothing in its environment but what every host has.</summary>
    /// <param name="host">The project's name, such as <c>Standalone</c> or <c>Gateway.Host</c>.</param>
    /// <param name="data">Its data folder, which is its working folder too.</param>
    /// <param name="arguments">The command line.</param>
    public static ProcessStartInfo Describe(string host, string data, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [FindPath(host), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data,
        };
        start.Environment["LLMGATEWAY_DATA"] = data;
        start.Environment["LLMGATEWAY_ADMIN_KEY"] = AdminKey;
        return start;
    }

    /// <summary>Runs a host that is expected to end by itself.</summary>
    /// <returns>Its exit code and everything it printed.</returns>
    public static async Task<(int Code, string Output)> RunAsync(ProcessStartInfo start, TimeSpan limit)
    {
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
            process.Kill();
        }
    }

    /// <summary>It lies beside this test's own output: …/bin/&lt;host&gt;/&lt;configuration&gt;.</summary>
    private static string FindPath(string host)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(output.Parent!.Parent!.FullName, host, output.Name, $"LlmGateway.{host}.dll");
    }
}
