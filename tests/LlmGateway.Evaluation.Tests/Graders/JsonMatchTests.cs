using System.Text.Json;

namespace LlmGateway.Evaluation.Tests.Graders;

public sealed class JsonMatchTests
{
    private const string Reference = """{"name":"Ada","age":36,"tags":["x","y"],"address":{"city":"London","zip":null}}""";

    [Theory]
    [InlineData(Reference, 1)]
    [InlineData("""{"address":{"zip":null,"city":"London"},"tags":["x","y"],"age":36.0,"name":"Ada"}""", 1)]
    // Five of six fields, none too many: 2·5 / (6 + 5).
    [InlineData("""{"name":"Ada","age":36,"tags":["x","y"],"address":{"city":"London"}}""", 10 / 11.0)]
    // One is different and one too many: 2·5 / (6 + 7).
    [InlineData("""{"name":"Bob","age":36,"tags":["x","y"],"address":{"city":"London","zip":null},"more":1}""", 10 / 13.0)]
    // A text where an object is wanted: two are missing, one is too many.
    [InlineData("""{"name":"Ada","age":36,"tags":["x","y"],"address":"London"}""", 8 / 11.0)]
    [InlineData("""{"name":"Ada","age":36,"tags":["y","x"],"address":{"city":"London","zip":null}}""", 8 / 12.0)]
    [InlineData("[]", 0)]
    [InlineData("Ada, 36", 0)]
    public async Task The_score_is_the_F1_of_fields(string output, double score) =>
        Assert.Equal(score, (await Grading.JudgeAsync("""{"type":"json_match","reference":"{{ item.wanted }}"}""", output, $$"""{"wanted":{{Reference}}}""")).Score!.Value, 1e-9);

    [Fact]
    public async Task Lists_may_be_in_any_order_and_numbers_a_little_apart()
    {
        const string Grader = """{"type":"json_match","reference":"{{ item.wanted }}","ignore_order":true,"number_tolerance":0.01}""";
        const string Wanted = """{"wanted":[{"id":1,"price":9.99},{"id":2,"price":5}]}""";
        Assert.Equal(1, (await Grading.JudgeAsync(Grader, """[{"id":2,"price":5.005},{"id":1,"price":9.99}]""", Wanted)).Score);
        Assert.Equal(0.75, (await Grading.JudgeAsync(Grader, """[{"id":2,"price":5.1},{"id":1,"price":9.99}]""", Wanted)).Score);
    }

    [Fact]
    public async Task Each_field_has_its_verdict_the_wrong_ones_first()
    {
        var grade = await Grading.JudgeAsync("""{"type":"json_match","reference":"{\"a\":1,\"b\":[1,2]}","pass_threshold":0.3}""", """{"a":1,"b":[3],"c":{}}""");
        var fields = grade.Details!.Value.GetProperty("fields").EnumerateArray().Select(field => $"{field.GetProperty("path")} {field.GetProperty("verdict")}");
        Assert.Equal(["$.b[0] different", "$.b[1] missing", "$.c extra", "$.a match"], fields);
        Assert.Equal((2 / 6.0, true), (grade.Score!.Value, grade.Passed));
    }

    [Fact]
    public async Task A_value_of_too_many_fields_is_an_error_and_no_long_work()
    {
        var grade = await Grading.JudgeAsync("""{"type":"json_match","reference":"[1]","ignore_order":true}""", JsonSerializer.Serialize(Enumerable.Range(0, 2001)));
        Assert.Contains("2001 fields", grade.Error, StringComparison.Ordinal);
    }
}
