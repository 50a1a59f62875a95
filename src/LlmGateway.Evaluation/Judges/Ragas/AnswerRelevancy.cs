using System.Text.Json;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>
/// RAGAS's <c>answer_relevancy</c>: questions are generated back from the answer, and compared with the one that was asked: the
/// mean cosine of their embeddings, which may be below 0; and 0 where all of them call the answer noncommittal. S. Es et al.,
/// 2023 (arXiv 2309.15217), section 3. An empty answer is an abstention.
/// </summary>
internal sealed class AnswerRelevancy(
    GatewayModels models, string embeddingModel, Template question, Template answer, int questions, double threshold) : IJudgement
{
    public const string Kind = "answer_relevancy";
    private const int DefaultQuestions = 3;
    private const int MostQuestions = 10;

    private static readonly AnswerForm<GeneratedQuestion> Form = new(
        """{"question": "<the question>", "noncommittal": true or false}""", ReadQuestion);

    public string Prompt =>
        $"Write the question that the text answers. Say also whether the text is noncommittal: evasive, vague or ambiguous, such as \"I don't know\". {Form.Instruction}";

    public bool IsBinary => false;

    /// <summary>Three questions where no number is given.</summary>
    public static AnswerRelevancy Read(JsonFields fields, TemplateScope scope, GatewayModels models, string embeddingModel)
    {
        fields.Only("type", "name", "model", "question", "answer", "questions", "embedding_model", "pass_threshold", "sampling_params");
        return new AnswerRelevancy(
            models,
            fields.FindText("embedding_model", ModelRequest.MaxModelLength) ?? embeddingModel,
            fields.Template("question", scope),
            fields.Answer(scope),
            fields.FindInteger("questions", 1, MostQuestions) ?? DefaultQuestions,
            fields.PassThreshold());
    }

    public async Task<Grade> JudgeAsync(JudgeSession session, GradedItem item)
    {
        var (asked, said) = (question.Render(item.Values), answer.Render(item.Values));
        if (string.IsNullOrWhiteSpace(said))
        {
            return Grade.Abstained("The answer is empty.");
        }

        var votes = await session.RepeatAsync(questions, [new("system", Prompt), new ChatText("user", said)], Form);
        List<GeneratedQuestion> generated = [.. votes.Select(vote => vote.Answer).OfType<GeneratedQuestion>()];
        var vectors = await models.EmbedAsync(session.Caller, embeddingModel, [asked, .. generated.Select(back => back.Question)], session.CancellationToken);
        double[] cosines = [.. vectors.Skip(1).Select(vector => (double)Vectors.Cosine(vectors[0], vector))];
        var isNoncommittal = generated.All(back => back.Noncommittal);
        var score = isNoncommittal ? 0 : cosines.Average();
        return Grade.Scored(score, score >= threshold, isNoncommittal ? "The answer is noncommittal." : null).WithDetails(
            new AnswerRelevancyDetails(session.Version, [.. generated.Select((back, index) => new ComparedQuestion(back.Question, back.Noncommittal, cosines[index]))]));
    }

    private static GeneratedQuestion? ReadQuestion(JsonElement answer) =>
        answer.FindText("question") is { } text && !string.IsNullOrWhiteSpace(text) && answer.FindTruth("noncommittal") is { } noncommittal
            ? new GeneratedQuestion(text, noncommittal)
            : null;
}

/// <summary>A question made from an answer.</summary>
internal sealed record GeneratedQuestion(string Question, bool Noncommittal);

/// <summary>What stands behind an answer's relevancy.</summary>
internal sealed record AnswerRelevancyDetails(string Version, IReadOnlyList<ComparedQuestion> Questions);

/// <summary>A question made from an answer, and how near it comes to the one that was asked.</summary>
internal sealed record ComparedQuestion(string Question, bool Noncommittal, double Cosine);
