namespace LlmGateway.Evaluation.Tests.Graders;

public sealed class MultiGraderTests
{
    private const string Graders = """
        {
          "exact": {"type":"exact_match","name":"e","reference":"{{ item.answer }}"},
          "words": {"type":"token_f1","name":"w","reference":"{{ item.answer }}"},
          "speed": {"type":"latency","name":"s","max_ms":100}
        }
        """;

    [Fact]
    public async Task Scores_are_put_together_by_the_formula_and_kept_beside_it()
    {
        var grade = await Grading.JudgeAsync(
            $$"""{"type":"multi","graders":{{Graders}},"calculate_output":"0.25 * exact + 0.5 * words + 0.25 * speed","pass_threshold":0.7}""",
            "Eiffel tower in Paris",
            """{"answer":"the Eiffel Tower"}""",
            sample => sample with { LatencyMs = 50 });
        Assert.Equal(((0.5 * 2 / 3) + 0.25, false), (grade.Score!.Value, grade.Passed));
        Assert.Equal("exact 0, words 0.67, speed 1", string.Join(", ", grade.Parts.Select(part => FormattableString.Invariant($"{part.Name} {part.Grade.Score:0.##}"))));
        Assert.Equal(1, grade.Details!.Value.GetProperty("speed").GetProperty("score").GetInt32());
    }

    [Fact]
    public async Task Where_one_abstains_or_errs_there_is_no_score()
    {
        var abstained = await Grading.JudgeAsync($$"""{"type":"multi","graders":{{Graders}},"calculate_output":"exact + speed"}""", "x", """{"answer":"x"}""");
        Assert.Equal((null, null, "'speed' abstained. The sample's latency_ms is unknown."), (abstained.Score, abstained.Error, abstained.Reason));
        var failed = await Grading.JudgeAsync("""{"type":"multi","graders":{"n":{"type":"numeric","name":"n","reference":"none"}},"calculate_output":"n"}""", "1");
        Assert.Equal("'n': The reference has no number.", failed.Error);
        var undefined = await Grading.JudgeAsync("""{"type":"multi","graders":{"n":{"type":"numeric","name":"n","reference":1}},"calculate_output":"1 / (1 - n)"}""", "1");
        Assert.Equal("The formula has no value for these scores.", undefined.Error);
    }

    [Theory]
    [InlineData("""{"type":"multi","graders":{},"calculate_output":"1"}""", "graders", "0 graders")]
    [InlineData("""{"type":"multi","graders":{"min":{"type":"regex","name":"a","pattern":"a"}},"calculate_output":"min"}""", "graders.min", "no function's")]
    [InlineData("""{"type":"multi","graders":{"a":{"type":"multi","name":"a","graders":{},"calculate_output":"1"}},"calculate_output":"a"}""", "graders.a.type", "supported are string_check")]
    [InlineData("""{"type":"multi","graders":{"a":{"type":"regex","name":"a","pattern":"("}},"calculate_output":"a"}""", "graders.a.pattern", "cannot be used")]
    [InlineData("""{"type":"multi","graders":{"a":{"type":"regex","name":"a","pattern":"a"}},"calculate_output":"a + b"}""", "calculate_output", "at character 5")]
    public async Task A_malformed_one_is_refused_by_its_field(string grader, string field, string words)
    {
        var refusal = await Grading.RefusalAsync(grader);
        Assert.Equal($"testing_criteria[0].{field}", refusal.Field);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }
}
