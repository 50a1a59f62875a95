using System.Text.Json;
using LlmGateway.LocalModel;

namespace LlmGateway.Benchmarks.Local;

/// <summary>XQuAD's English questions: whether the sentence chosen from the given paragraph holds the answer.</summary>
internal static class XQuad
{
    public static IEnumerable<Measure> Measure(string data)
    {
        var questions = Read(data);
        yield return Row("the answer's sentence, through the prompt", .80, questions, question => [Answer(question)]);
        yield return Row("the answer's sentence, in the reader's best two", .92, questions, question =>
            [.. PassageReader.Rank(question.Text, question.Paragraph).Take(2).Select(candidate => candidate.Text)]);
    }

    public static List<XQuadQuestion> Read(string data)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(data, "xquad", "xquad.en.json")));
        return [.. from article in document.RootElement.GetProperty("data").EnumerateArray()
                   from paragraph in article.GetProperty("paragraphs").EnumerateArray()
                   from question in paragraph.GetProperty("qas").EnumerateArray()
                   select new XQuadQuestion(
                       question.GetProperty("question").GetString()!,
                       paragraph.GetProperty("context").GetString()!,
                       [.. question.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("text").GetString()!)])];
    }

    private static Measure Row(string what, double goal, List<XQuadQuestion> questions, Func<XQuadQuestion, IReadOnlyList<string>> read)
    {
        var right = questions.AsParallel().Count(question => read(question).Any(question.IsAnsweredBy));
        return new Measure("XQuAD", what, Interval.Wilson(right, questions.Count), goal);
    }

    private static string Answer(XQuadQuestion question) => Responder.Answer(
        new Generation
        {
            Turns = [new ChatTurn("user", $"Context: {question.Paragraph}\n\nQuestion: {question.Text}")],
            Sampling = new Sampling(1, null, [], 0, null),
        },
        0).Text;
}

internal sealed record XQuadQuestion(string Text, string Paragraph, IReadOnlyList<string> Answers)
{
    public bool IsAnsweredBy(string sentence) => Answers.Any(answer => sentence.Contains(answer, StringComparison.Ordinal));
}
