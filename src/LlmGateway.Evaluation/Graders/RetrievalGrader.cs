using System.Text.Json;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Text.Metrics;

namespace LlmGateway.Evaluation.Graders;

/// <summary>
/// Ours: <c>retrieval</c>, one of the rank metrics of the ids that were retrieved or cited against those that are relevant; all of
/// them are in the details. Abstains where nothing is relevant.
/// </summary>
internal sealed class RetrievalGrader : IGrader
{
    public const string Kind = "retrieval";
    private const int DefaultK = 10;
    private const int MaxK = 1000;

    private static readonly Dictionary<string, Func<RankedIds, double>> Metrics = new()
    {
        ["ndcg"] = scores => scores.Ndcg,
        ["recall"] = scores => scores.Recall,
        ["precision"] = scores => scores.Precision,
        ["hit"] = scores => scores.Hit,
        ["mrr"] = scores => scores.ReciprocalRank,
    };

    private readonly ListTemplate _retrieved;
    private readonly ListTemplate _relevant;
    private readonly string _metric;
    private readonly int _k;
    private readonly double _threshold;

    private RetrievalGrader(string name, ListTemplate retrieved, ListTemplate relevant, string metric, int k, double threshold) =>
        (Name, _retrieved, _relevant, _metric, _k, _threshold) = (name, retrieved, relevant, metric, k, threshold);

    public string Name { get; }

    public string Type => Kind;

    public bool IsBinary => _metric == "hit";

    public bool CallsModels => false;

    public static RetrievalGrader Read(JsonFields fields, TemplateScope scope)
    {
        fields.Only("type", "name", "retrieved", "relevant", "metric", "k", "pass_threshold");
        return new RetrievalGrader(
            fields.GraderName(),
            ListTemplate.Read(fields, "retrieved", scope),
            ListTemplate.Read(fields, "relevant", scope),
            fields.Choice("metric", [.. Metrics.Keys]),
            fields.FindInteger("k", 1, MaxK) ?? DefaultK,
            fields.PassThreshold(0.5));
    }

    public Task<Grade> GradeAsync(GradedItem item, CancellationToken cancellationToken)
    {
        var scores = RankedIds.Score(_retrieved.Ids(item.Values), _relevant.Gains(item.Values), _k);
        return Task.FromResult(scores is null
            ? Grade.Abstained("No document is relevant.")
            : Grade.Scored(Metrics[_metric](scores), Metrics[_metric](scores) >= _threshold) with { Details = Details(scores) });
    }

    private JsonElement Details(RankedIds scores) => JsonText.Parse(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("k", _k);
        foreach (var (name, of) in Metrics)
        {
            writer.WriteNumber(name, of(scores));
        }

        writer.WriteEndObject();
    }));
}
