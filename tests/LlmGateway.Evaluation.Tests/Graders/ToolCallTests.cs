namespace LlmGateway.Evaluation.Tests.Graders;

public sealed class ToolCallTests
{
    private const string Weather = """{"name":"weather","arguments":{"city":"Oslo","unit":"c"}}""";
    private const string Time = """{"name":"time","arguments":{}}""";

    [Theory]
    [InlineData($$$"""{"type":"tool_call","expected":[{{{Weather}}},{{{Time}}}]}""", true)]
    [InlineData($$$"""{"type":"tool_call","expected":[{{{Time}}},{{{Weather}}}]}""", true)]
    [InlineData($$$"""{"type":"tool_call","expected":[{{{Time}}},{{{Weather}}}],"ordered":true}""", false)]
    [InlineData($$$"""{"type":"tool_call","expected":[{{{Weather}}},{{{Time}}}],"ordered":true}""", true)]
    [InlineData($$$"""{"type":"tool_call","expected":[{{{Weather}}}]}""", false)]
    [InlineData($$$"""{"type":"tool_call","expected":[{{{Weather}}}],"allow_extra":true}""", true)]
    [InlineData($$$"""{"type":"tool_call","expected":[{"name":"weather","arguments":{"city":"Oslo"}},{{{Time}}}]}""", false)]
    [InlineData($$$"""{"type":"tool_call","expected":[{"name":"weather","arguments":{"city":"Oslo"}},{{{Time}}}],"arguments":"subset"}""", true)]
    [InlineData($$$"""{"type":"tool_call","expected":[{"name":"weather","arguments":{"city":"Rome"}},{{{Time}}}],"arguments":"ignore"}""", true)]
    [InlineData($$$"""{"type":"tool_call","expected":[{"name":"weather"},{"name":"time"}]}""", true)]
    [InlineData("""{"type":"tool_call","expected":[]}""", false)]
    [InlineData("""{"type":"tool_call","expected":[{"name":"weather","arguments_schema":{"type":"object","required":["city"]}},{"name":"time"}]}""", true)]
    [InlineData("""{"type":"tool_call","expected":[{"name":"weather","arguments_schema":{"type":"object","required":["country"]}},{"name":"time"}]}""", false)]
    [InlineData("""{"type":"tool_call","expected":"{{ item.calls }}"}""", true)]
    public async Task Calls_pass_when_they_are_the_wanted_ones(string grader, bool passed)
    {
        var made = JsonText.Parse("""
            [
              {"id":"1","type":"function","function":{"name":"weather","arguments":"{\"unit\":\"c\",\"city\":\"Oslo\"}"}},
              {"type":"function_call","name":"time","arguments":"{}"}
            ]
            """);
        var grade = await Grading.JudgeAsync(grader, "", $$"""{"calls":[{{Weather}},{{Time}}]}""", sample => sample with { ToolCalls = made });
        Assert.Equal((passed, null), (grade.Passed, grade.Error));
    }

    /// <summary>The first call meets both wanted ones, the second only the looser: it must go to that.</summary>
    [Fact]
    public async Task Parallel_calls_are_assigned_so_that_as_many_as_possible_are_met()
    {
        var made = JsonText.Parse("""[{"name":"f","arguments":{"a":1,"b":2}},{"name":"f","arguments":{"a":1}}]""");
        var grade = await Grading.JudgeAsync(
            """{"type":"tool_call","arguments":"subset","expected":[{"name":"f","arguments":{"a":1}},{"name":"f","arguments":{"b":2}}]}""", "", "{}", sample => sample with { ToolCalls = made });
        Assert.True(grade.Passed, grade.Reason);
    }

    [Fact]
    public async Task Arguments_that_are_not_JSON_are_not_the_wanted_ones()
    {
        var made = JsonText.Parse("""[{"function":{"name":"f","arguments":"{broken"}}]""");
        var grade = await Grading.JudgeAsync("""{"type":"tool_call","expected":[{"name":"f","arguments":{}}]}""", "", "{}", sample => sample with { ToolCalls = made });
        Assert.Equal((false, "Not called as wanted: f; called without being wanted: f."), (grade.Passed, grade.Reason));
    }
}
