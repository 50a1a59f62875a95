using System.Globalization;

namespace LlmGateway.Gateway.Spooling;

/// <summary>
/// A folder of the spool that is this process's own. Replicas may share a data folder, and whoever starts them may not be
/// able to tell them apart: each takes the first folder that no living process holds. So a replica that is started after
/// a crash finds, and ships, what the crashed one left.
/// </summary>
internal sealed class SpoolSlot : IDisposable
{
    private const int MaxReplicas = 64;

    // Held for as long as the process lives; the system lets go of it when the process dies, however that happens.
    private readonly FileStream _claim;

    private SpoolSlot(string path, FileStream claim)
    {
        Path = path;
        _claim = claim;
    }

    public string Path { get; }

    public void Dispose() => _claim.Dispose();

    /// <exception cref="IOException">All of them are taken, or the data folder cannot be written.</exception>
    public static SpoolSlot Claim(string dataFolder)
    {
        for (var number = 1; ; number++)
        {
            var name = number == 1 ? "spool" : string.Create(CultureInfo.InvariantCulture, $"spool-{number}");
            var path = System.IO.Path.Combine(dataFolder, name);
            Directory.CreateDirectory(path);
            try
            {
                return new SpoolSlot(path, new FileStream(
                    System.IO.Path.Combine(path, "claim"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (number < MaxReplicas)
            {
                // Another replica's.
            }
        }
    }
}
