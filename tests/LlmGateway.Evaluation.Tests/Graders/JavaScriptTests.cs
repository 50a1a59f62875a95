using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Graders;

public sealed class JavaScriptTests
{
    [Theory]
    [InlineData("function grade(sample, item) { return sample.output_text === item.answer ? 1 : 0; }", 1.0, true, null)]
    [InlineData("const grade = (sample, item) => sample.output_text.length / 4", 0.5, true, null)]
    [InlineData("function grade() { return { score: 0.9, passed: false, reason: 'too late' }; }", 0.9, false, "too late")]
    [InlineData("function grade(sample) { return sample.output_text.startsWith('y'); }", 0.0, false, null)]
    [InlineData("function grade() { return null; }", null, null, null)]
    [InlineData("function grade() { return { score: null, reason: 'no way to tell' }; }", null, null, "no way to tell")]
    public async Task A_script_scores_or_abstains(string source, double? score, bool? passed, string? reason)
    {
        var grade = await JudgeAsync(source);
        Assert.Equal((score, passed, reason, null), (grade.Score, grade.Passed, grade.Reason, grade.Error));
    }

    /// <summary>What must not take a worker with it: each ends, and as this item's error.</summary>
    [Theory]
    [InlineData("function grade() { throw new Error('odd item'); }", "Line 1: odd item")]
    [InlineData("function grade() { while (true) {} }", "statements")]
    [InlineData("function grade() { for (;;) ; }", "statements")]
    [InlineData("function grade() { return grade(); }", "deep")]
    [InlineData("const f = () => f(); function grade() { return f(); }", "deep")]
    [InlineData("function grade() { let s = 'x'; while (true) { s += s; } }", "MB")]
    [InlineData("function grade() { const a = []; while (true) { a.push(new Array(1000).fill(7)); } }", "MB")]
    [InlineData("function grade() { return 'x'.repeat(1 << 29).length; }", "Invalid string length")]
    [InlineData("function grade() { return 'x'.padEnd(1 << 29).length; }", "Invalid string length")]
    [InlineData("function grade() { return new Array(1e9).fill(0).length; }", "MB")]
    [InlineData("function grade() { return Array.from({ length: 1e9 }, (_, i) => i).length; }", "MB")]
    [InlineData("function grade() { return new Uint8Array(1 << 30).length; }", "Uint8Array is not defined")]
    [InlineData("function grade() { let s = 'ab'.repeat(1e6); let t = s; for (let i = 0; i < 20; i++) t = [t, t].join(s); return t.length; }", "MB")]
    [InlineData("function grade() { return /^(a+)+$/.test('a'.repeat(40) + 'b'); }", "2 s")]
    [InlineData("function grade() { return [3, 1, 2].sort(() => { while (true) {} }); }", "statements")]
    [InlineData("function grade() { return 'a'.repeat(1e4).replaceAll('a', 'b'.repeat(1e4)).length; }", "MB")]
    [InlineData("function grade() { return new Array(1e4).join('b'.repeat(1e4)).length; }", "MB")]
    [InlineData("function grade() { return NaN; }", "no score: \"NaN\"")]
    [InlineData("function grade() { return 1 / 0; }", "no score: \"Infinity\"")]
    [InlineData("function grade() { }", "null abstains")]
    [InlineData("function grade() { return 'good'; }", "no score")]
    [InlineData("function grade() { return { passed: true }; }", "no score")]
    [InlineData("function grade() { return System.IO.File.ReadAllText('/etc/passwd'); }", "System is not defined")]
    [InlineData("function grade() { return importNamespace('System'); }", "importNamespace is not defined")]
    [InlineData("function grade() { return eval('1'); }", "disabled")]
    [InlineData("function grade(sample) { return sample.constructor.constructor('return 1')(); }", "disabled")]
    public async Task One_that_goes_wrong_is_the_items_error(string source, string words)
    {
        var grade = await JudgeAsync(source);
        Assert.NotNull(grade.Error);
        Assert.Contains(words, grade.Error, StringComparison.Ordinal);
    }

    /// <summary>Through the API, to the run's end.</summary>
    [Fact]
    public async Task A_run_goes_on_past_the_items_whose_script_goes_wrong()
    {
        using var folder = new TempFolder();
        await using var services = await OtherServices.StartAsync();
        await using var host = await EvaluationHost.StartAsync(services, folder.Path);
        const string Source = """
            function grade(sample, item) {
              switch (item.do) {
                case 'throw': throw new Error('on purpose');
                case 'loop': while (true) {}
                case 'allocate': for (let s = 'x';; s += s) {}
                case 'abstain': return null;
                default: return Number(sample.output_text);
              }
            }
            """;
        var eval = await host.CreateEvalAsync(new[] { new { type = "javascript", name = "own", source = Source } });
        string[] acts = ["throw", "score", "loop", "allocate", "abstain", "score"];
        var run = await host.RunAsync(eval, Criteria.Replay(Criteria.Inline([.. acts.Select(act => (object)new Dictionary<string, string> { ["do"] = act, ["answer"] = "1" })])));
        Assert.Equal("completed", run.Text("status"));
        Assert.Equal("""{"total":6,"errored":3,"failed":0,"passed":2,"abstained":1}""", run.GetProperty("result_counts").GetRawText());
        var errors = (await host.ItemsAsync(eval, run.Text("id"))).Select(item => item.GetProperty("results")[0].GetProperty("error")).Where(error => error.ValueKind == JsonValueKind.Object);
        Assert.Equal(["Line 3: on purpose", "It ran more than 1000000 statements.", "It allocated more than 64 MB."], errors.Select(error => error.Text("message")));
    }

    [Fact]
    public async Task Nothing_is_left_from_one_item_to_the_next()
    {
        var grader = await Grading.ReadAsync(Definition("let count = 0; function grade() { globalThis.seen = (globalThis.seen ?? 0) + 1; return ++count + globalThis.seen; }"));
        Assert.Equal((2, 2), ((await Grading.JudgeAsync(grader, "")).Score, (await Grading.JudgeAsync(grader, "")).Score));
    }

    [Theory]
    [InlineData("function grade( {\n  return 1;\n}", "Line 2, column")]
    [InlineData("function score() { return 1; }", "no function grade")]
    [InlineData("const grade = 1;", "no function grade")]
    [InlineData("function grade() {\n  return 3n > 1; }", "Line 2, column 10: big integers")]
    [InlineData("throw new Error('at once'); function grade() {}", "Line 1: at once")]
    [InlineData("while (true) {}", "statements")]
    public async Task What_cannot_run_is_refused_when_the_eval_is_made(string source, string words)
    {
        var refusal = await Grading.RefusalAsync(Definition(source));
        Assert.Equal("testing_criteria[0].source", refusal.Field);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private static Task<Grade> JudgeAsync(string source) => Grading.JudgeAsync(Definition(source), "no", """{"answer":"no"}""");

    private static string Definition(string source) => $$"""{"type":"javascript","source":{{JsonSerializer.Serialize(source)}}}""";
}
