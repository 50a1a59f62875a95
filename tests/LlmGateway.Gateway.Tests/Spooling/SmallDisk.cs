using System.Diagnostics;
using System.Globalization;
using LlmGateway.TestKit;

namespace LlmGateway.Gateway.Tests.Spooling;

/// <summary>A real filesystem of a few megabytes, in memory. It takes root to mount; without, the test is skipped, but not in CI.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    public SmallDisk(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A tmpfs needs Linux.");
        var mounted = Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", _folder.Path);
        if (!mounted)
        {
            _folder.Dispose();
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true" && Environment.UserName == "root", "CI as root must be able to mount a tmpfs.");
            Assert.Skip("A tmpfs cannot be mounted: that takes root.");
        }
    }

    public string Path => _folder.Path;

    /// <summary>Takes all space that is left.</summary>
    public void Fill()
    {
        using var file = File.Create(System.IO.Path.Combine(Path, "filler"));
        Action fill = () =>
        {
            for (var at = 0L; ; at += 4096)
            {
                RandomAccess.Write(file.SafeFileHandle, new byte[4096], at);
            }
        };
        Assert.Contains("No space left", Assert.Throws<IOException>(fill).Message, StringComparison.Ordinal);
    }

    public void MakeRoom() => File.Delete(System.IO.Path.Combine(Path, "filler"));

    public void Dispose()
    {
        Run("umount", "-l", _folder.Path);
        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
