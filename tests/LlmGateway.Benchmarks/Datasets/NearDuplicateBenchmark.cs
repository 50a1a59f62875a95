using System.Diagnostics;
using System.Globalization;
using LlmGateway.Benchmarks.Local;
using LlmGateway.TestKit;
using LlmGateway.Text.NearDuplicates;

namespace LlmGateway.Benchmarks.Datasets;

/// <summary>
/// Near duplicates by MinHash: recall and precision against all pairs of banking77's questions, and the time that 100,000 short texts
/// take, banking77's questions with a word of each left out, doubled or put elsewhere.
/// </summary>
internal static class NearDuplicateBenchmark
{
    private const int Texts = 100_000;

    public static int Run()
    {
        if (SharedData.Find(out var reason) is not { } data)
        {
            Console.Error.WriteLine(reason);
            return 1;
        }

        var questions = LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "train.csv"))
            .Concat(LabelledQuestion.ReadAll(Path.Combine(data, "banking77", "test.csv"))).Select(row => row.Text).ToArray();
        Warm(questions);
        var isRight = PrintRecall(questions);
        return PrintTime(questions) && isRight ? 0 : 1;
    }

    private static bool PrintRecall(string[] questions)
    {
        var sketches = questions.Select(TextSketch.Of).ToArray();
        var exact = Enumerable.Range(0, sketches.Length).AsParallel().SelectMany(right => Enumerable.Range(0, right)
            .Where(left => sketches[right].Jaccard(sketches[left]) >= NearDuplicateIndex.DefaultThreshold).Select(left => (left, right))).ToHashSet();
        var index = new NearDuplicateIndex();
        var found = new List<(int, int)>();
        for (var right = 0; right < sketches.Length; right++)
        {
            found.AddRange(index.FindAll(sketches[right]).Select(match => (match.Index, right)));
            index.Add(sketches[right]);
        }

        var recall = found.Count(exact.Contains) / (double)exact.Count;
        var precision = found.Count(exact.Contains) / (double)found.Count;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"near duplicates: {questions.Length} questions of banking77, {exact.Count} pairs with Jaccard >= 0.8; recall {recall:0.0000} (goal 0.99), precision {precision:0.0000} (goal 1)"));
        return recall >= .99 && precision == 1;
    }

    private static bool PrintTime(string[] questions)
    {
        var random = new Random(1);
        var texts = Enumerable.Range(0, Texts).Select(number => Edit(questions[number % questions.Length], random)).ToArray();
        GC.Collect();
        var before = GC.GetTotalMemory(true);
        var started = Stopwatch.GetTimestamp();
        var index = new NearDuplicateIndex();
        var kept = 0;
        foreach (var sketch in texts.Select(TextSketch.Of))
        {
            if (index.Find(sketch) is null)
            {
                index.Add(sketch);
                kept++;
            }
        }

        var first = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var bytes = GC.GetTotalMemory(true) - before;
        GC.KeepAlive(index);
        started = Stopwatch.GetTimestamp();
        var clusters = new NearDuplicateClusters();
        foreach (var text in texts)
        {
            clusters.Add(text);
        }

        var second = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var count = Enumerable.Range(0, Texts).Select(clusters.ClusterOf).Distinct().Count();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"near duplicates: {Texts} short texts left out in {first:0.00} s (goal 5), {kept} kept in {bytes / 1e6:0} MB; in clusters in {second:0.00} s, {count} clusters"));
        return first < 5;
    }

    private static void Warm(string[] questions)
    {
        var index = new NearDuplicateIndex();
        foreach (var question in questions.Take(2000))
        {
            index.Add(question);
        }
    }

    private static string Edit(string text, Random random)
    {
        var words = text.Split(' ').ToList();
        var place = random.Next(words.Count);
        switch (random.Next(3))
        {
            case 0 when words.Count > 1:
                words.RemoveAt(place);
                break;
            case 1:
                words.Insert(place, words[place]);
                break;
            default:
                words.Insert(random.Next(words.Count + 1), words[random.Next(words.Count)]);
                break;
        }

        return string.Join(' ', words);
    }
}
