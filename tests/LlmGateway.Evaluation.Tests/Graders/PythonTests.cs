using System.Diagnostics;
using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Graders.Scripts;

namespace LlmGateway.Evaluation.Tests.Graders;

/// <summary>Graders in Python, by the interpreter that is here; skipped where there is none.</summary>
public sealed class PythonTests
{
    private static readonly Lazy<string?> Interpreter = new(FindInterpreter);

    [Theory]
    [InlineData("def grade(sample, item):\n    return 1.0 if sample['output_text'] == item['answer'] else 0.0", 1.0, null)]
    [InlineData("def grade(sample, item):\n    print('noise')\n    return len(sample['output_text']) / 8", 0.25, null)]
    [InlineData("def grade(sample, item):\n    return None", null, null)]
    [InlineData("import os\ndef grade(sample, item):\n    return {'score': 1, 'reason': ','.join(sorted(os.environ))}", 1.0, "LC_CTYPE,PYTHONIOENCODING")]
    public async Task A_script_scores_or_abstains_and_sees_nothing_of_the_servers_environment(string source, double? score, string? reason)
    {
        var grade = await JudgeAsync(source);
        Assert.Equal((score, null), (grade.Score, grade.Error));
        Assert.True(reason is null || grade.Reason == reason, grade.Reason);
    }

    [Theory]
    [InlineData("def grade(sample, item):\n    return item['missing']", "KeyError: 'missing'")]
    [InlineData("def grade(sample, item)\n    return 1", "SyntaxError")]
    [InlineData("def score(sample, item):\n    return 1", "KeyError: 'grade'")]
    [InlineData("def grade(sample, item):\n    while True: pass", "longer than 2 s")]
    [InlineData("def grade(sample, item):\n    print('x' * 100000)\n    return 1", "printed more than")]
    [InlineData("def grade(sample, item):\n    return float('nan')", "no score")]
    [InlineData("def grade(sample, item):\n    return 'good'", "no score")]
    [InlineData("import subprocess\ndef grade(sample, item):\n    subprocess.run(['/bin/sleep', '60'])\n    return 1", "longer than 2 s")]
    [InlineData("import os\ndef grade(sample, item):\n    os._exit(3)", "ended with code 3")]
    public async Task One_that_goes_wrong_is_the_items_error(string source, string words)
    {
        var grade = await JudgeAsync(source);
        Assert.NotNull(grade.Error);
        Assert.Contains(words, grade.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_interpreter_it_is_refused_and_says_what_to_set()
    {
        var refusal = await Grading.RefusalAsync(Definition("def grade(sample, item):\n    return 1"));
        Assert.Equal("testing_criteria[0].type", refusal.Field);
        Assert.Contains("Evaluation:Python:Command", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interpreter_that_is_not_there_is_the_items_error()
    {
        var options = new EvaluationOptions { Python = new PythonOptions { Command = ["/nowhere/python3"] } };
        Assert.Contains("did not start", (await Grading.JudgeAsync(Definition("x = 1"), "", options: options)).Error, StringComparison.Ordinal);
    }

    private static Task<Grade> JudgeAsync(string source)
    {
        Assert.SkipWhen(Interpreter.Value is null, "python3 is not here");
        // Long for an interpreter's start on a busy machine, and short for what never ends.
        var isEndless = source.Contains("while True", StringComparison.Ordinal) || source.Contains("sleep", StringComparison.Ordinal);
        var python = new PythonOptions { Command = [Interpreter.Value!, "-I"], Timeout = TimeSpan.FromSeconds(isEndless ? 2 : 60) };
        return Grading.JudgeAsync(Definition(source), "no", """{"answer":"no"}""", options: new EvaluationOptions { Python = python });
    }

    private static string Definition(string source) => $$"""{"type":"python","image_tag":"2025-05-08","source":{{JsonSerializer.Serialize(source)}}}""";

    /// <summary>The program itself, and no script that looks for it: the graders' environment names no folders.</summary>
    private static string? FindInterpreter()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import sys; print(sys.executable)"]) { RedirectStandardOutput = true })!;
            var path = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return path.Length > 0 ? path : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
