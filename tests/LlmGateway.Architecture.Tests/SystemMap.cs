using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmGateway.Architecture.Tests;

/// <summary>Services, how many of each, and what they refer to, as one of the ways to start them says.</summary>
internal sealed partial record SystemMap(IReadOnlyList<MappedService> Services)
{
    /// <summary>A line a service, in order: what two maps are compared by.</summary>
    public string Describe() => string.Join('\n', Services.OrderBy(service => service.Name, StringComparer.Ordinal).Select(service =>
        $"{service.Name}: {service.Host} × {service.Replicas} → {string.Join(", ", service.References.Order(StringComparer.Ordinal))}"));

    /// <summary>Reads the statements that add a project; one-shot migrations are no services.</summary>
    public static SystemMap ReadAppHost(string code, string names)
    {
        var constants = Constant().Matches(names).ToDictionary(match => $"ResourceNames.{match.Groups["name"].Value}", match => match.Groups["value"].Value);
        var variables = Variable().Matches(code)
            .Where(match => constants.ContainsKey(match.Groups["resource"].Value))
            .ToDictionary(match => match.Groups["variable"].Value, match => constants[match.Groups["resource"].Value]);
        return new SystemMap([.. AddProject().Matches(code)
            .Where(match => constants.ContainsKey(match.Groups["resource"].Value))
            .Select(match => new MappedService(
                constants[match.Groups["resource"].Value],
                match.Groups["host"].Value.Replace('_', '.'),
                Replicas().Match(match.Value) is { Success: true } replicas ? Number(replicas.Groups["count"].Value) : 1,
                [.. WithReference().Matches(match.Value).Concat(LaterReferences(code, match.Groups["variable"].Value)).Select(reference => variables[reference.Groups["variable"].Value])]))]);
    }

    // Two services that call each other: one of the references stands in a line of its own.
    private static IEnumerable<Match> LaterReferences(string code, string variable) =>
        variable.Length == 0 ? [] : LaterReference().Matches(code).Where(match => match.Groups["from"].Value == variable);

    /// <summary>Reads the services that are built from this repository; a reference is a configuration key.</summary>
    public static SystemMap ReadCompose(string yaml)
    {
        var services = yaml[yaml.IndexOf("\nservices:", StringComparison.Ordinal)..yaml.IndexOf("\nvolumes:", StringComparison.Ordinal)];
        return new SystemMap([.. ComposeService().Matches(services)
            .Where(match => match.Value.Contains("PROJECT:", StringComparison.Ordinal) && !match.Value.Contains("--migrate", StringComparison.Ordinal))
            .Select(match => new MappedService(
                match.Groups["name"].Value,
                ComposeProject().Match(match.Value).Groups["host"].Value,
                ComposeReplicas().Match(match.Value) is { Success: true } replicas ? Number(replicas.Groups["count"].Value) : 1,
                [.. ReferenceKey().Matches(match.Value).Select(Reference)]))]);
    }

    /// <summary>Reads the lines of the function that lists the services.</summary>
    public static SystemMap ReadProcesses(string script) => new([.. ProcessLine().Matches(script).Select(match => new MappedService(
        match.Groups["name"].Value,
        match.Groups["host"].Value,
        Number(match.Groups["count"].Value),
        match.Groups["references"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)))]);

    private static string Reference(Match key) =>
        key.Groups["service"] is { Success: true } service ? service.Value
        : key.Groups["connection"].Value is "rabbitmq" or "redis" ? key.Groups["connection"].Value
        : $"{key.Groups["connection"].Value}-db";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("""const string (?<name>\w+) = "(?<value>[^"]+)";""")]
    private static partial Regex Constant();

    [GeneratedRegex("""var (?<variable>\w+) = \w+\.Add\w+(<[\w.]+>)?\((?<resource>[\w.]+)""")]
    private static partial Regex Variable();

    [GeneratedRegex("""^(?<from>\w+)\.WithReference\((?<variable>\w+)\);$""", RegexOptions.Multiline)]
    private static partial Regex LaterReference();

    [GeneratedRegex("""(?:var (?<variable>\w+) = )?builder\.AddProject<Projects\.(?<host>\w+)>\((?<resource>[\w."-]+)[^;]*;""")]
    private static partial Regex AddProject();

    [GeneratedRegex("""WithReplicas\((?<count>\d+)\)""")]
    private static partial Regex Replicas();

    [GeneratedRegex("""WithReference\((?<variable>\w+)""")]
    private static partial Regex WithReference();

    [GeneratedRegex("""^  (?<name>[\w-]+):\n(?:(?:    .*)?\n)+""", RegexOptions.Multiline)]
    private static partial Regex ComposeService();

    [GeneratedRegex("""PROJECT: (?<host>[\w.]+)""")]
    private static partial Regex ComposeProject();

    [GeneratedRegex("""replicas: (?<count>\d+)""")]
    private static partial Regex ComposeReplicas();

    [GeneratedRegex("""^ +(?:ConnectionStrings__(?<connection>\w+)|services__(?<service>[\w-]+)__http__0):""", RegexOptions.Multiline)]
    private static partial Regex ReferenceKey();

    [GeneratedRegex("""^  service (?<name>[\w-]+) (?<host>[\w.]+) (?<count>\d+)(?<references>.*)$""", RegexOptions.Multiline)]
    private static partial Regex ProcessLine();
}

/// <summary>A service of the map.</summary>
internal sealed record MappedService(string Name, string Host, int Replicas, IReadOnlyList<string> References);
