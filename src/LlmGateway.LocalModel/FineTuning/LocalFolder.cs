using LlmGateway.Service;
using Microsoft.Extensions.Configuration;

namespace LlmGateway.LocalModel;

/// <summary>Where files, jobs and learned models are kept: <c>local-model</c> in the data folder.</summary>
internal sealed class LocalFolder(IConfiguration configuration)
{
    private readonly Lazy<string> _root = new(() => Path.Combine(DataFolder.Get(configuration), "local-model"));

    /// <summary>A folder in it, made when absent.</summary>
    public string Open(params string[] parts) => Directory.CreateDirectory(Path.Combine([_root.Value, .. parts])).FullName;

    /// <summary>Writes a file whole or not at all, whenever the process may die.</summary>
    public static void Replace(string path, Action<Stream> write)
    {
        var unfinished = $"{path}.new";
        using (var stream = File.Create(unfinished))
        {
            write(stream);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
