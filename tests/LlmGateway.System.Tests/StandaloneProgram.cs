using System.Diagnostics;

namespace LlmGateway.System.Tests;

/// <summary>How the built program is started.</summary>
internal static class StandaloneProgram
{
    public static ProcessStartInfo Describe(string data, Uri address, string? config)
    {
        var start = new ProcessStartInfo("dotnet", [FindPath(), "--urls", address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data,
        };
        if (config is not null)
        {
            start.ArgumentList.Add("--config");
            start.ArgumentList.Add(config);
        }

        start.Environment["LLMGATEWAY_DATA"] = data;
        start.Environment["LLMGATEWAY_ADMIN_KEY"] = StandaloneProcess.AdminKey;
        return start;
    }

    /// <summary>It lies beside this test's own output: …/bin/Standalone/&lt;configuration&gt;.</summary>
    private static string FindPath()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(output.Parent!.Parent!.FullName, "Standalone", output.Name, "LlmGateway.Standalone.dll");
    }
}
