using System.Globalization;
using static LlmGateway.Gateway.Tests.Routes.RoutedGateway;

namespace LlmGateway.Gateway.Tests.Routes;

/// <summary>Which group a request gets.</summary>
public sealed class ConditionTests
{
    private static readonly (string, string?)[] ByRequest =
    [
        Group(0, "gold"), ("Gateway:Routes:r:Groups:0:When:0:Field", "metadata.tier"), ("Gateway:Routes:r:Groups:0:When:0:In:0", "gold"), ("Gateway:Routes:r:Groups:0:When:0:In:1", "silver"),
        Group(1, "tools"), ("Gateway:Routes:r:Groups:1:When:0:Field", "tools"), ("Gateway:Routes:r:Groups:1:When:0:Equals", "true"),
        ("Gateway:Routes:r:Groups:1:When:1:Field", "stream"), ("Gateway:Routes:r:Groups:1:When:1:Equals", "false"),
        Group(2, "short"), ("Gateway:Routes:r:Groups:2:When:0:Field", "max_tokens"), ("Gateway:Routes:r:Groups:2:When:0:Min", "1"), ("Gateway:Routes:r:Groups:2:When:0:Max", "100"),
        Group(3, "big"), ("Gateway:Routes:r:Groups:3:When:0:Field", "request_bytes"), ("Gateway:Routes:r:Groups:3:When:0:Min", "5000"),
        Group(4, "known"), ("Gateway:Routes:r:Groups:4:When:0:Field", "user"), ("Gateway:Routes:r:Groups:4:When:0:Exists", "true"),
        ("Gateway:Routes:r:Model", "a/rest"),
    ];

    [Theory]
    [InlineData("\"metadata\":{\"tier\":\"silver\"},", "gold")]
    [InlineData("\"metadata\":{\"tier\":\"bronze\"},", "rest")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],", "tools")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"stream\":true,", "rest")]
    [InlineData("\"max_tokens\":100,", "short")]
    [InlineData("\"max_completion_tokens\":5,", "short")]
    [InlineData("\"max_tokens\":101,", "rest")]
    [InlineData("\"user\":\"u\",", "known")]
    [InlineData("", "rest")]
    public async Task The_first_group_whose_conditions_a_request_meets_gets_it(string members, string model)
    {
        await using var routed = await StartAsync(ByRequest, []);
        Assert.Equal($"a/{model}", (await routed.AskAsync($"{{{members}{Question[1..]}")).Deployment);
    }

    [Fact]
    public async Task The_size_of_a_request_chooses_too_and_what_fits_nowhere_is_refused()
    {
        await using var routed = await StartAsync(ByRequest[..^1], []);
        Assert.Equal("a/big", (await routed.AskAsync(Question.Replace("hi", new string('x', 5000), StringComparison.Ordinal))).Deployment);
        Assert.Equal((400, "no_route_matched"), (await routed.AskAsync() is var answer ? answer.Status : 0, answer.Code));
    }

    private static (string, string?) Group(int index, string model) =>
        ($"Gateway:Routes:r:Groups:{index.ToString(CultureInfo.InvariantCulture)}:Deployments:0:Model", $"a/{model}");
}
