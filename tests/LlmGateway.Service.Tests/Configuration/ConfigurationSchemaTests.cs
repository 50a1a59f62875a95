using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LlmGateway.Service.Tests.Configuration;

public sealed class ConfigurationSchemaTests
{
    [Fact]
    public void A_setting_is_described_by_its_type_its_comment_its_range_and_its_default()
    {
        var count = Node("properties", "Shop", "properties", "Count");
        Assert.Equal("integer", (string?)count["type"]);
        Assert.Equal("How many.", (string?)count["description"]);
        Assert.Equal((1, 9, 3), ((int)count["minimum"]!, (int)count["maximum"]!, (int)count["default"]!));

        var pause = Node("properties", "Shop", "properties", "Pause");
        Assert.Equal("From 00:00:01 to 00:00:10.", (string?)pause["description"]);
        Assert.Equal("00:00:02", (string?)pause["default"]);
        Assert.Equal(["Small", "Large"], Node("properties", "Shop", "properties", "Size")["enum"]!.AsArray().Select(value => (string?)value));
    }

    [Fact]
    public void Only_what_can_be_set_is_a_setting()
    {
        Assert.Null(Node("properties", "Shop", "properties")["Twice"]);
        Assert.False((bool)Node("properties", "Shop")["additionalProperties"]!);
        Assert.False((bool)Node("properties", "Shop", "properties", "Shelves", "additionalProperties")["additionalProperties"]!);
    }

    [Fact]
    public void Classes_of_one_section_and_of_its_parts_stand_together() =>
        Assert.Equal(
            ["Cellar", "Colour", "Count", "Pause", "Shelves", "Size"],
            Node("properties", "Shop", "properties").AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Shop:Count", "2", null)]
    [InlineData("shop:count", "2", null)]
    [InlineData("Shop:Shelves:top:Labels:0", "red", null)]
    [InlineData("Shop:Cellar:Depth", "2", null)]
    [InlineData("Open:Count", "2", null)]
    [InlineData("Open:Other", "2", null)]
    [InlineData("Elsewhere:Other", "2", null)]
    [InlineData("Shop:Counts", "2", "Shop:Counts is no setting. Settings here: ")]
    [InlineData("Shop:Shelves:top:Lables:0", "red", "Shop:Shelves:top:Lables is no setting. Settings here: Labels, Size, ")]
    [InlineData("Shop:Cellars:Depth", "2", "Shop:Cellars is no setting.")]
    [InlineData("Shop:Cellar:Deep", "2", "Shop:Cellar:Deep is no setting. Settings here: Depth.")]
    [InlineData("Shop:Shelves:top:Size", "huge", "Shop:Shelves:top:Size is 'huge': expected one of Small, Large.")]
    [InlineData("Shop:Shelves:top:Size", "large", null)]
    [InlineData("Shop:Shelves:top:Height", "high", "Shop:Shelves:top:Height is 'high': expected a whole number.")]
    [InlineData("Shop:Shelves:top:Height", "", null)]
    [InlineData("Shop:Shelves:top:Wait", "long", "Shop:Shelves:top:Wait is 'long': expected a time as hh:mm:ss.")]
    [InlineData("Shop:Shelves:top:Wait", "1.00:00:00", null)]
    [InlineData("Shop:Shelves:top:Open", "maybe", "Shop:Shelves:top:Open is 'maybe': expected true or false.")]
    [InlineData("Shop:Shelves:top:Price", "dear", "Shop:Shelves:top:Price is 'dear': expected a number.")]
    [InlineData("Shop:Shelves:top:Labels", "red", "Shop:Shelves:top:Labels is 'red': expected a list.")]
    [InlineData("Shop:Shelves:top", "red", "Shop:Shelves:top is 'red': expected a section.")]
    public void What_does_not_fit_is_refused_with_what_would(string key, string value, string? error)
    {
        using var services = Build(new() { [key] = value });
        if (error is null)
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return;
        }

        var exception = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);
        Assert.StartsWith(error, Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    private static JsonNode Node(params string[] path)
    {
        using var services = Build([]);
        var schema = JsonNode.Parse(services.GetRequiredService<ConfigurationSchema>().ToString())!;
        return path.Aggregate(schema, (node, name) => node[name]!);
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddSection<ShopOptions>("Shop");
        services.AddSection<PaintOptions>("Shop");
        services.AddSection<CellarOptions>("Shop:Cellar");
        services.AddSection<OpenOptions>("Open", isShared: true);
        return services.BuildServiceProvider();
    }

    private enum ShopSize
    {
        Small,
        Large,
    }

    private sealed class ShopOptions
    {
        /// <summary>How many.</summary>
        [Range(1, 9)]
        public int Count { get; set; } = 3;

        [Range(typeof(TimeSpan), "00:00:01", "00:00:10")]
        public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(2);

        public ShopSize Size { get; set; }

        public Dictionary<string, ShelfOptions> Shelves { get; init; } = [];

        public int Twice => Count * 2;
    }

    private sealed class ShelfOptions
    {
        public List<string> Labels { get; init; } = [];

        public ShopSize Size { get; set; }

        public int? Height { get; set; }

        public TimeSpan Wait { get; set; }

        public bool Open { get; set; }

        public decimal Price { get; set; }
    }

    private sealed class PaintOptions
    {
        public string? Colour { get; set; }
    }

    private sealed class CellarOptions
    {
        public int Depth { get; set; }
    }

    private sealed class OpenOptions
    {
        public int Count { get; set; }
    }
}
