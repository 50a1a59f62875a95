using System.Text;
using LlmGateway.Retrieval.Routing;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>How often a trained router is right: TREC's six classes of what a question asks for, 5,452 questions to learn from and 500 to be tested on.</summary>
internal static class RoutingAccuracy
{
    public static void Print(string data)
    {
        var (train, test) = (Read(data, "train_5500.label"), Read(data, "TREC_10.label"));
        var start = TimeProvider.System.GetTimestamp();
        var (classifier, heldOut) = RouterTraining.Run(train, RouterRequest.DefaultHoldout, new RouterOptions().MostWeights, CancellationToken.None);
        var took = TimeProvider.System.GetElapsedTime(start);
        var report = RouterReport.Of([.. test.Select(question => (question.Label, (string?)RouterTraining.Best(classifier, question.Query)))]);
        EvaluationTable.Line($"Router, TREC's coarse classes, trained twice in {took.TotalSeconds:0.0} s, {classifier.SizeBytes / 1048576.0:0.0} MB:");
        EvaluationTable.Line($"");
        EvaluationTable.Line($"| questions | accuracy | 95 % | always the most frequent |");
        EvaluationTable.Line($"|---|---|---|---|");
        Row("held out of the training questions", heldOut);
        Row("test", report);
        EvaluationTable.Line($"");
    }

    private static void Row(string questions, RouterReport report) =>
        EvaluationTable.Line($"| {report.Tested} {questions} | {report.Accuracy:.000} | {report.Low:.000} to {report.High:.000} | {report.Baseline:.000} |");

    private static List<(string Query, string Label)> Read(string data, string file) =>
        [.. File.ReadLines(Path.Combine(data, "trec-qc", file), Encoding.Latin1).Select(line => line.Split(' ', 2)).Select(line => (line[1], line[0].Split(':')[0]))];
}
