using LlmGateway.Benchmarks.Local;
using LlmGateway.Retrieval.Evaluations;

namespace LlmGateway.Benchmarks.Retrieval;

/// <summary>XQuAD in English: which of 240 paragraphs each of 1,190 questions was asked about.</summary>
internal static class XQuadQuality
{
    public static void Print(string data)
    {
        var (documents, queries) = Read(data);
        var plan = SciFactQuality.Plan();
        EvaluationTable.Print("XQuAD, `local/embedding` of 1,024 numbers", plan, new Corpus(documents, 1024).Evaluate(plan, queries));
    }

    public static (IReadOnlyList<(string Id, string Text)> Documents, IReadOnlyList<JudgedQuery> Queries) Read(string data)
    {
        var questions = XQuad.Read(data);
        var ids = questions.Select(question => question.Paragraph).Distinct().Index().ToDictionary(paragraph => paragraph.Item, paragraph => $"p{paragraph.Index:000}");
        return (
            [.. ids.Select(paragraph => (paragraph.Value, paragraph.Key))],
            [.. questions.Select(question => new JudgedQuery(question.Text, [new JudgedFile(ids[question.Paragraph], null)], null))]);
    }
}
