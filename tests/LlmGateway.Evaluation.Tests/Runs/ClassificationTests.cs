using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Tests.Graders;
using LlmGateway.TestKit;

namespace LlmGateway.Evaluation.Tests.Runs;

/// <summary>What a run says of a classifier, and of totals that are put together.</summary>
public sealed class ClassificationTests
{
    private static readonly string[] Labels = ["cat", "dog", "pig"];

    /// <summary>The items of scikit-learn's <c>precision_recall_fscore_support</c>, one of whose predictions is spelt otherwise, and one without a known label.</summary>
    [Fact]
    public async Task A_run_shows_the_measures_of_a_classifier()
    {
        using var folder = new TempFolder();
        await using var services = await OtherServices.StartAsync();
        await using var host = await EvaluationHost.StartAsync(services, folder.Path);
        var eval = await host.CreateEvalAsync(new[] { new { type = "classification", name = "animal", reference = "{{ item.label }}", labels = Labels } });
        (string Label, string Answer)[] items = [("cat", "Cat."), ("dog", "pig"), ("pig", "dog"), ("cat", "cat"), ("dog", "cat"), ("pig", "dog"), ("pig", "a cow?"), ("horse", "cat")];
        var run = await host.RunAsync(eval, Criteria.Replay(Criteria.Inline([.. items.Select(item => (object)new { label = item.Label, answer = item.Answer })])));

        var criterion = run.GetProperty("per_testing_criteria_results")[0];
        Assert.Equal((2, 5, 1), (criterion.GetProperty("passed").GetInt32(), criterion.GetProperty("failed").GetInt32(), criterion.GetProperty("errored").GetInt32()));
        var classification = criterion.GetProperty("classification");
        Assert.Equal(2 / 7.0, classification.GetProperty("accuracy").GetDouble(), 1e-12);
        Assert.Equal(1, classification.GetProperty("unknown_predictions").GetInt32());
        Assert.Equal("[[2,0,0],[1,0,1],[0,2,0]]", classification.GetProperty("confusion").GetRawText());
        Assert.Equal("""{"label":"pig","support":3,"predicted":1,"precision":0,"recall":0,"f1":0}""", classification.GetProperty("classes")[2].GetRawText());
        Assert.Equal(2 / 9.0, classification.GetProperty("macro").GetProperty("precision").GetDouble(), 1e-12);
        var labels = (await host.ItemsAsync(eval, run.Text("id")))[6].GetProperty("results")[0].GetProperty("labels");
        Assert.Equal("""{"actual":"pig","predicted":null}""", labels.GetRawText());
    }

    [Fact]
    public async Task Totals_of_parts_are_those_of_the_whole()
    {
        var outputs = new List<GradedOutput>();
        foreach (var (label, output) in new[] { ("cat", "cat"), ("cat", "dog"), ("dog", "dog"), ("dog", "cow"), ("horse", "cat") })
        {
            var grader = await Grading.ReadAsync("""{"type":"classification","reference":"{{ item.label }}","labels":["cat","dog"]}""");
            var grade = await Grading.JudgeAsync(grader, output, $$"""{"label":"{{label}}"}""");
            var outcome = new ItemOutcome(null, null, [(grader, grade)]);
            outputs.Add(new GradedOutput(outputs.Count, outcome.Status, true, 0.5m, 2, [new ModelUsage("m", 1, 10, 1, 0)], [ItemResult.Of(grader, grade)]));
        }

        var (whole, first, second) = (RunTotals.Of(outputs), RunTotals.Of(outputs[..2]), RunTotals.Of(outputs[2..]));
        first.Merge(second);
        Assert.Equal(RunJson.Write(whole), RunJson.Write(first));
        Assert.Equal(2, whole.Criteria[0].Confusion!["dog"].Values.Sum());
    }
}
