using LlmGateway.Evaluation.Graders.Scripts;
using LlmGateway.Evaluation.Judges;
using LlmGateway.Evaluation.Judges.Kinds;
using LlmGateway.Evaluation.Judges.Ragas;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;
using Microsoft.Extensions.Options;

namespace LlmGateway.Evaluation.Graders;

/// <summary>Every kind of grader, and how it is read from a request or the store.</summary>
internal sealed class GraderCatalog(GatewayModels models, DatasetsClient datasets, IOptions<EvaluationOptions> options)
{
    private const int MaxGraders = 50;

    private readonly Dictionary<string, Func<JsonFields, TemplateScope, CancellationToken, Task<IGrader>>> _kinds = new()
    {
        [StringCheckGrader.Kind] = AtOnce(StringCheckGrader.Read),
        [TextSimilarityGrader.Kind] = AtOnce((fields, scope) => TextSimilarityGrader.Read(fields, scope, models, options.Value.EmbeddingModel)),
        [ExactMatchGrader.Kind] = AtOnce(ExactMatchGrader.Read),
        [JsonSchemaGrader.Kind] = async (fields, scope, cancellationToken) => await JsonSchemaGrader.ReadAsync(fields, scope, cancellationToken),
        [ScoreModel.Kind] = Judge(ScoreModel.Kind, models, (fields, scope) => ScoreModel.Read(fields, scope, datasets)),
        [RegexGrader.Kind] = AtOnce(RegexGrader.Read),
        [NumericGrader.Kind] = AtOnce(NumericGrader.Read),
        [JsonMatchGrader.Kind] = AtOnce(JsonMatchGrader.Read),
        [TokenF1Grader.Kind] = AtOnce(TokenF1Grader.Read),
        [ToolCallGrader.Kind] = async (fields, scope, cancellationToken) => await ToolCallGrader.ReadAsync(fields, scope, cancellationToken),
        [LimitGrader.Latency] = AtOnce(LimitGrader.ReadLatency),
        [LimitGrader.Cost] = AtOnce(LimitGrader.ReadCost),
        [RetrievalGrader.Kind] = AtOnce(RetrievalGrader.Read),
        [ClassificationGrader.Kind] = AtOnce(ClassificationGrader.Read),
        [LabelModel.Kind] = Judge(LabelModel.Kind, models, (fields, scope) => LabelModel.Read(fields, scope, datasets)),
        [Pairwise.Kind] = Judge(Pairwise.Kind, models, Pairwise.Read),
        [Rubric.Kind] = Judge(Rubric.Kind, models, Rubric.Read),
        [Faithfulness.Kind] = Judge(Faithfulness.Kind, models, Faithfulness.Read),
        [AnswerRelevancy.Kind] = Judge(
            AnswerRelevancy.Kind, models, (fields, scope) => AnswerRelevancy.Read(fields, scope, models, options.Value.EmbeddingModel)),
        [ContextPrecision.Kind] = Judge(ContextPrecision.Kind, models, ContextPrecision.Read),
        [ContextRecall.Kind] = Judge(ContextRecall.Kind, models, ContextRecall.Read),
        [NoiseSensitivity.Kind] = Judge(NoiseSensitivity.Kind, models, NoiseSensitivity.Read),
        [FactualCorrectness.Kind] = Judge(FactualCorrectness.Kind, models, FactualCorrectness.Read),
        [JavaScriptGrader.Kind] = AtOnce(JavaScriptGrader.Read),
        [PythonGrader.Kind] = AtOnce((fields, scope) => PythonGrader.Read(fields, scope, options.Value.Python)),
    };

    /// <summary>Reads an eval's criteria.</summary>
    /// <param name="criteria">The list's elements with their paths.</param>
    /// <param name="scope">What their templates may refer to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ApiException">A grader is unknown or malformed, or two have one name (400).</exception>
    public async Task<IReadOnlyList<IGrader>> ReadAsync(JsonFields criteria, TemplateScope scope, CancellationToken cancellationToken)
    {
        var graders = new List<IGrader>();
        foreach (var (element, path) in criteria.List("testing_criteria", 1, MaxGraders))
        {
            var grader = await ReadOneAsync(JsonFields.Of(element, path), scope, cancellationToken);
            if (graders.Any(other => other.Name == grader.Name))
            {
                throw JsonFields.Invalid($"Two testing criteria are named '{grader.Name}'; results are told apart by name.", $"{path}.name");
            }

            graders.Add(grader);
        }

        return graders;
    }

    /// <summary>Reads the criteria that an eval keeps.</summary>
    public Task<IReadOnlyList<IGrader>> ReadStoredAsync(string criteria, TemplateScope scope, CancellationToken cancellationToken) =>
        ReadAsync(JsonFields.Of(JsonText.Parse($$"""{"testing_criteria":{{criteria}}}"""), ""), scope, cancellationToken);

    /// <summary>Reads one grader of any kind.</summary>
    /// <exception cref="ApiException">It is unknown or malformed (400).</exception>
    public async Task<IGrader> ReadOneAsync(JsonFields fields, TemplateScope scope, CancellationToken cancellationToken) =>
        fields.Choice("type", [.. _kinds.Keys, MultiGrader.Kind]) == MultiGrader.Kind
            ? await MultiGrader.ReadAsync(fields, scope, part => ReadPlainAsync(part, scope, cancellationToken))
            : await ReadPlainAsync(fields, scope, cancellationToken);

    /// <summary>As OpenAI has it, graders of graders are not nested: one formula says all that several could.</summary>
    private Task<IGrader> ReadPlainAsync(JsonFields fields, TemplateScope scope, CancellationToken cancellationToken) =>
        _kinds[fields.Choice("type", [.. _kinds.Keys])](fields, scope, cancellationToken);

    private static Func<JsonFields, TemplateScope, CancellationToken, Task<IGrader>> Judge(
        string kind, GatewayModels models, Func<JsonFields, TemplateScope, IJudgement> read) =>
        AtOnce((fields, scope) => JudgeGrader.Read(kind, fields, models, read(fields, scope)));

    private static Func<JsonFields, TemplateScope, CancellationToken, Task<IGrader>> AtOnce(Func<JsonFields, TemplateScope, IGrader> read) =>
        (fields, scope, _) => Task.FromResult(read(fields, scope));
}
