namespace LlmGateway.TestKit;

/// <summary>The real data sets that lie in <c>shared/data</c> beside the project; too large to be copied into it.</summary>
public static class SharedData
{
    /// <summary>The folder, from the nearest one above that has it.</summary>
    /// <param name="skipReason">Why a test must be skipped; null when the data is there.</param>
    /// <exception cref="DirectoryNotFoundException">It is missing where <c>CI=true</c>: there no test may be skipped.</exception>
    public static string? Find(out string? skipReason)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(data))
            {
                skipReason = null;
                return data;
            }
        }

        skipReason = "shared/data is in no folder above the tests";
        return Environment.GetEnvironmentVariable("CI") == "true" ? throw new DirectoryNotFoundException(skipReason) : null;
    }
}
