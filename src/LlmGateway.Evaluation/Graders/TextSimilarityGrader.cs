using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Text.Metrics;
using LlmGateway.Text.Similarity;

namespace LlmGateway.Evaluation.Graders;

/// <summary>OpenAI's <c>text_similarity</c>, with <c>chrf</c> and <c>levenshtein</c> of ours; <see cref="Metric"/> and the classes it names say how each is computed.</summary>
internal sealed class TextSimilarityGrader : IGrader
{
    public const string Kind = "text_similarity";
    private const string Cosine = "cosine";

    /// <summary>Several metrics take time in the product of both lengths.</summary>
    private const int MaxLength = 20_000;

    private readonly Template _input;
    private readonly Template _reference;
    private readonly double _threshold;
    private readonly Func<string, string, GradedItem, CancellationToken, Task<double>> _compare;

    private TextSimilarityGrader(
        string name, Template input, Template reference, double threshold, Func<string, string, GradedItem, CancellationToken, Task<double>> compare) =>
        (Name, _input, _reference, _threshold, _compare) = (name, input, reference, threshold, compare);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => false;

    public bool CallsModels { get; private init; }

    public static TextSimilarityGrader Read(JsonFields fields, TemplateScope scope, GatewayModels models, string embeddingModel)
    {
        fields.Only("type", "name", "input", "reference", "evaluation_metric", "stemming", "pass_threshold");
        var metric = fields.Choice(
            "evaluation_metric", Cosine, "fuzzy_match", "bleu", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5", "rouge_l", "chrf", "levenshtein");
        Func<string, IReadOnlyList<string>> words = ReadStemming(fields, metric) ? MetricWords.StemsOf : MetricWords.Of;
        return new TextSimilarityGrader(
            fields.GraderName(),
            fields.Template("input", scope),
            fields.Template("reference", scope),
            fields.Number("pass_threshold", -1, 1),
            metric == Cosine
                ? (input, reference, item, cancellationToken) => CosineAsync(models, embeddingModel, input, reference, item, cancellationToken)
                : (input, reference, _, _) => Task.FromResult(Metric(metric, words, input, reference)))
        {
            CallsModels = metric == Cosine,
        };
    }

    public async Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        var (input, reference) = (_input.Render(item.Values), _reference.Render(item.Values));
        if (Math.Max(input.Length, reference.Length) > MaxLength)
        {
            return Grade.Failed($"The texts have {input.Length} and {reference.Length} characters; they are compared up to {MaxLength}.");
        }

        var score = await _compare(input, reference, item, cancellationToken);
        return Grade.Scored(score, score >= _threshold);
    }

    /// <summary>Ours, for the two metrics whose authors stem words.</summary>
    private static bool ReadStemming(JsonFields fields, string metric)
    {
        var stems = fields.FindBoolean("stemming", false);
        return !stems || metric == "meteor" || metric.StartsWith("rouge", StringComparison.Ordinal)
            ? stems
            : throw JsonFields.Invalid($"'{fields.At("stemming")}' is for meteor and rouge, not for {metric}.", fields.At("stemming"));
    }

    private static double Metric(string metric, Func<string, IReadOnlyList<string>> words, string input, string reference)
    {
        switch (metric)
        {
            case "fuzzy_match":
                return FuzzyMatch.Ratio(input, reference);
            case "chrf":
                return Chrf.Score(input, reference);
            case "levenshtein":
                return EditDistance.Similarity(input, reference);
        }

        var (candidate, wanted) = (words(input), words(reference));
        return metric switch
        {
            "bleu" => Bleu.Score(candidate, wanted),
            "gleu" => Gleu.Score(candidate, wanted),
            "meteor" => Meteor.Score(candidate, wanted),
            "rouge_l" => Rouge.L(candidate, wanted),
            _ => Rouge.N(candidate, wanted, metric[^1] - '0'),
        };
    }

    private static async Task<double> CosineAsync(
        GatewayModels models, string embeddingModel, string input, string reference, GradedItem item, CancellationToken cancellationToken)
    {
        var vectors = await models.EmbedAsync(item.Caller, embeddingModel, [input, reference], cancellationToken);
        return Vectors.Cosine(vectors[0], vectors[1]);
    }
}
