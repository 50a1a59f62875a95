using Microsoft.Extensions.Configuration;

namespace LlmGateway.Service;

/// <summary>Where embedded stores, the spool and the admin key live.</summary>
public static class DataFolder
{
    public const string Key = "LLMGATEWAY_DATA";

    /// <summary>The folder <c>LLMGATEWAY_DATA</c> names, by default <c>~/.llmgateway</c>; made, readable by its owner only, when absent.</summary>
    public static string Get(IConfiguration configuration)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var path = configuration[Key] is { Length: > 0 } configured
            ? configured.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, configured[2..]) : configured
            : Path.Combine(home, ".llmgateway");
        if (!Directory.Exists(path))
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        return Path.GetFullPath(path);
    }
}
