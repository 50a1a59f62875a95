namespace LlmGateway.Benchmarks.Gateway.Servers;

/// <summary>The hosts that are built along with this program.</summary>
internal static class HostProgram
{
    /// <param name="host">The project's name, such as <c>Standalone</c>.</param>
    /// <exception cref="InvalidOperationException">It is not built.</exception>
    public static string Find(string host)
    {
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", host, "release", $"LlmGateway.{host}.dll"));
        return File.Exists(program) ? program : throw new InvalidOperationException($"Build src/Hosts/{host} first: there is no {program}");
    }
}
