namespace LlmGateway.System.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class SourceFolder
{
    /// <summary>The absolute path of a file or folder in it.</summary>
    public static string Find(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LlmGateway.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("the solution's folder");
        }

        return Path.Combine([folder.FullName, .. parts]);
    }
}
