using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LlmGateway.Architecture.Tests;

/// <summary>Who may reference whom, read from the project files themselves.</summary>
public sealed class DependencyTests
{
    private static readonly string[] Services = ["LlmGateway.Console", "LlmGateway.Gateway", "LlmGateway.Datasets", "LlmGateway.Evaluation", "LlmGateway.FineTuning", "LlmGateway.LocalModel", "LlmGateway.Retrieval"];
    private static readonly string[] Shared = ["LlmGateway.Contracts", "LlmGateway.Messaging", "LlmGateway.OpenAI", "LlmGateway.Schemas", "LlmGateway.Service", "LlmGateway.Statistics", "LlmGateway.Text"];
    private static readonly string[] Tools = ["LlmGateway.Cli"];
    private static readonly string[] Hosts = [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "src", "Hosts"), "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path))];

    private static readonly Dictionary<string, XDocument> Projects = Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path), XDocument.Load);

    private static readonly Regex LogEvent = new(@"\[LoggerMessage\(([0-9]+)");

    [Fact]
    public void Contracts_wire_types_and_statistics_depend_on_nothing()
    {
        Assert.Empty(References("LlmGateway.Contracts"));
        Assert.Empty(Packages("LlmGateway.Contracts"));
        Assert.Empty(References("LlmGateway.OpenAI"));
        Assert.Empty(Packages("LlmGateway.OpenAI"));
        Assert.Empty(References("LlmGateway.Statistics"));
        Assert.Empty(Packages("LlmGateway.Statistics"));
    }

    [Fact]
    public void Every_project_is_a_service_shared_a_host_or_a_tool() =>
        Assert.Equal(Projects.Keys.Order(StringComparer.Ordinal), Services.Concat(Shared).Concat(Hosts).Concat(Tools).Order(StringComparer.Ordinal));

    [Fact]
    public void What_is_shared_knows_no_service_and_no_host()
    {
        foreach (var library in Shared)
        {
            Assert.Empty(References(library).Except(Shared));
        }
    }

    [Fact]
    public void Wire_types_contracts_text_and_statistics_know_no_web_server()
    {
        foreach (var library in (string[])["LlmGateway.Contracts", "LlmGateway.OpenAI", "LlmGateway.Statistics", "LlmGateway.Text"])
        {
            Assert.Empty(Projects[library].Descendants("FrameworkReference"));
            Assert.DoesNotContain("LlmGateway.Service", References(library));
        }
    }

    [Fact]
    public void A_tool_knows_the_system_by_its_public_API_alone()
    {
        foreach (var tool in Tools)
        {
            Assert.Empty(References(tool));
        }

        Assert.DoesNotContain(Projects.Keys.SelectMany(References), reference => Tools.Contains(reference));
    }

    [Fact]
    public void The_console_knows_the_system_by_its_public_API_alone() =>
        Assert.Empty(References("LlmGateway.Console").Except(["LlmGateway.OpenAI", "LlmGateway.Service", "LlmGateway.Statistics"]));

    [Fact]
    public void Nothing_references_a_host() =>
        Assert.DoesNotContain(Projects.Keys.SelectMany(References), reference => Hosts.Contains(reference));

    [Fact]
    public void No_service_references_another()
    {
        foreach (var service in Services)
        {
            Assert.Empty(References(service).Intersect(Services));
        }
    }

    [Fact]
    public void Only_the_gateway_knows_YARP() => Assert.Equal(
        ["LlmGateway.Gateway"], Projects.Keys.Where(project => Packages(project).Contains("Yarp.ReverseProxy")));

    [Fact]
    public void Only_messaging_knows_RabbitMQ() => Assert.Equal(
        ["LlmGateway.Messaging"], Projects.Keys.Where(project => Packages(project).Contains("MassTransit.RabbitMQ")));

    [Fact]
    public void Folders_are_capabilities_and_not_layers()
    {
        string[] forbidden = ["Helpers", "Utils", "Managers", "Interfaces", "Repositories", "Services"];
        var folders = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories)
            .Where(folder => !folder.Contains($"{Path.DirectorySeparatorChar}obj", StringComparison.Ordinal));
        Assert.DoesNotContain(folders, folder => forbidden.Contains(Path.GetFileName(folder)));
    }

    [Fact]
    public void Every_package_version_is_pinned_in_one_place()
    {
        foreach (var (name, project) in Projects)
        {
            Assert.False(project.Descendants("PackageReference").Any(reference => reference.Attribute("Version") is not null), name);
        }
    }

    [Fact]
    public void A_log_event_is_known_by_its_number_in_whichever_service()
    {
        var numbers = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => LogEvent.Matches(File.ReadAllText(path)))
            .Select(match => match.Groups[1].Value)
            .ToList();
        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Distinct(), numbers);
    }

    /// <summary>The configuration's schema leaves out what a class works out itself, so one that only reads would be refused as no setting.</summary>
    [Fact]
    public void Every_setting_can_be_set()
    {
        var options = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*Options.cs", SearchOption.AllDirectories).ToList();
        Assert.NotEmpty(options);
        Assert.DoesNotContain(options, path => File.ReadAllText(path).Contains("{ get; }", StringComparison.Ordinal));
    }

    private static List<string> References(string project) =>
        [.. Projects[project].Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!))];

    private static List<string> Packages(string project) =>
        [.. Projects[project].Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!)];
}
