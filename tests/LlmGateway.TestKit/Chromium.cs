namespace LlmGateway.TestKit;

/// <summary>The machine's own browser: Playwright's would be a download.</summary>
public static class Chromium
{
    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <param name="skipReason">Why a test must be skipped; null where there is one.</param>
    /// <exception cref="FileNotFoundException">There is none where <c>CI=true</c>: there no test may be skipped.</exception>
    public static string? Find(out string? skipReason)
    {
        if (Programs.FirstOrDefault(File.Exists) is { } program)
        {
            skipReason = null;
            return program;
        }

        skipReason = "there is no chromium on this machine (./build.sh test installs it where it can)";
        return Environment.GetEnvironmentVariable("CI") == "true" ? throw new FileNotFoundException(skipReason) : null;
    }
}
