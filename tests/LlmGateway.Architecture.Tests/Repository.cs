namespace LlmGateway.Architecture.Tests;

/// <summary>The repository's own files.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LlmGateway.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("the solution's folder");
        }

        return folder.FullName;
    }
}
