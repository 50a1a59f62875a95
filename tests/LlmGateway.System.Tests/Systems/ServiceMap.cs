using System.Globalization;
using System.Text.RegularExpressions;
using LlmGateway.ServiceDefaults;

namespace LlmGateway.System.Tests;

/// <summary>
/// The services as <c>docker/processes.sh</c> lists them: what the tests run is what <c>./build.sh up</c> runs, and a
/// service that is added there is in the tests too. The console is not: its own tests drive it with a browser.
/// </summary>
internal static partial class ServiceMap
{
    public static IReadOnlyList<ListedService> Read() =>
    [
        .. ServiceLine().Matches(File.ReadAllText(SourceFolder.Find("docker", "processes.sh"))).Select(match => new ListedService(
            match.Groups["name"].Value,
            match.Groups["host"].Value,
            int.Parse(match.Groups["replicas"].Value, CultureInfo.InvariantCulture),
            [.. match.Groups["references"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(reference => reference != ResourceNames.Console)]))
            .Where(service => service.Name != ResourceNames.Console),
    ];

    [GeneratedRegex("""^  service (?<name>[\w-]+) (?<host>[\w.]+) (?<replicas>\d+)(?<references>.*)$""", RegexOptions.Multiline)]
    private static partial Regex ServiceLine();
}

/// <summary>A service of the list.</summary>
/// <param name="Name">Its name in service discovery.</param>
/// <param name="Host">The project of its host.</param>
/// <param name="Replicas">How many processes it is.</param>
/// <param name="References">The servers, databases (<c>…-db</c>) and services that it is told of.</param>
internal sealed record ListedService(string Name, string Host, int Replicas, IReadOnlyList<string> References);
