using LlmGateway.Evaluation.Insights;

namespace LlmGateway.Evaluation.Tests.Insights;

/// <summary>JSON taken out of an answer.</summary>
public sealed class JsonRepairTests
{
    [Theory]
    [InlineData("Here it is: {\"a\": {\"b\": 1}}. Anything else?", "{\"a\": {\"b\": 1}}")]
    [InlineData("```json\n[1, 2]\n```", "[1, 2]")]
    [InlineData("{\"a\": 1}", null)]
    [InlineData("no JSON", null)]
    [InlineData("a {brace} that is none", null)]
    [InlineData("} backwards {", null)]
    public void What_stands_around_it_is_left_away(string answer, string? json) => Assert.Equal(json, JsonRepair.Extract(answer));
}
