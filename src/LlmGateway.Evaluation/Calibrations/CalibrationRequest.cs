using LlmGateway.Evaluation.Calibrations.Labels;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>The body of <c>POST /v1/evals/{id}/calibrations</c>.</summary>
/// <param name="RunId">The run whose results are measured.</param>
/// <param name="Criterion">The criterion that gave them.</param>
/// <param name="Labels">What people said.</param>
/// <param name="Floor">The least kappa of a judge that may be a gate: 0.6 by default, from −1 to 1.</param>
internal sealed record CalibrationRequest(string RunId, IGrader Criterion, IHumanLabels Labels, double Floor)
{
    public const double DefaultFloor = 0.6;
    private const int MaxIdLength = 64;

    /// <exception cref="ApiException">It is malformed, or names a criterion that the eval has not (400), or a queue that is not there (404).</exception>
    public static async Task<CalibrationRequest> ReadAsync(
        JsonFields fields, EvalDefinition definition, DatasetsClient datasets, Caller caller, CancellationToken cancellationToken)
    {
        fields.Only("run_id", "testing_criterion", "human", "floor");
        var criterion = definition.Graders.Named(fields.Text("testing_criterion"), "testing_criterion");
        var (run, floor) = (fields.Text("run_id", MaxIdLength), fields.FindNumber("floor", -1, 1) ?? DefaultFloor);
        var human = fields.Object("human");
        IHumanLabels labels = human.Choice("type", "field", "criterion", "annotation_queue") switch
        {
            "field" => FieldLabels.Read(human, definition.Config.Scope.BeforeSampling()),
            "criterion" => ReadCriterion(human, criterion, definition),
            _ => await QueueLabels.ReadAsync(human, datasets, caller with { Scopes = Scopes.Data }, cancellationToken),
        };
        return new CalibrationRequest(run, criterion, labels, floor);
    }

    private static CriterionLabels ReadCriterion(JsonFields human, IGrader criterion, EvalDefinition definition)
    {
        human.Only("type", "name");
        var by = definition.Graders.Named(human.Text("name"), human.At("name"));
        return by != criterion
            ? new CriterionLabels(by.Name)
            : throw JsonFields.Invalid($"'{by.Name}' would be measured against itself.", human.At("name"));
    }
}
