using System.Text.Json;
using LlmGateway.Evaluation.Evals;
using LlmGateway.Evaluation.Judges;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>Measures a testing criterion against people, and keeps what came of it.</summary>
internal sealed class CalibrationCreation(EvaluationDbContext store, EvalDefinitions definitions, DatasetsClient datasets, TimeProvider time)
{
    /// <exception cref="ApiException">The run is unknown (404), or has not completed, or no output has both judgements (400).</exception>
    public async Task<CalibrationView> CreateAsync(Eval eval, JsonFields fields, Caller caller, CancellationToken cancellationToken)
    {
        var request = await CalibrationRequest.ReadAsync(fields, await definitions.ReadAsync(eval, cancellationToken), datasets, caller, cancellationToken);
        var run = await store.GetRunAsync(eval.ProjectId, eval.Id, request.RunId, cancellationToken);
        if (run.Status != RunStatus.Completed)
        {
            throw JsonFields.Invalid($"The run '{run.Id}' is {run.Status}; only a completed run is calibrated by.", "run_id");
        }

        var outputs = await JudgedOutputs.LoadAsync(store, run, request.Criterion.Name, request.Labels, cancellationToken);
        if (outputs.Pairs.Count == 0)
        {
            throw JsonFields.Invalid(
                $"No output has both a label and a judgement of '{request.Criterion.Name}': {outputs.LeftOut.Unlabelled} have no label, {outputs.LeftOut.Errored} errors, {outputs.LeftOut.Abstained} abstentions.",
                "human");
        }

        var now = time.NowMicros();
        var view = Measure(request, run, outputs, fields.Value("human"), now);
        store.Calibrations.Add(new Calibration
        {
            Id = view.Id,
            EvalId = eval.Id,
            Criterion = request.Criterion.Name,
            Content = JsonSerializer.Serialize(view, EvaluationJson.TypeInfo<CalibrationView>()),
            CreatedAt = now,
        });
        await store.SaveChangesAsync(cancellationToken);
        return view;
    }

    private CalibrationView Measure(CalibrationRequest request, Run run, JudgedOutputs outputs, JsonElement human, long now)
    {
        var counts = Agreement.Count(outputs.Pairs);
        var kappa = Agreement.KappaOf(counts);
        return new CalibrationView(
            RowIds.New(IdPrefixes.Calibration, time.GetUtcNow()),
            "eval.calibration",
            run.EvalId,
            run.Id,
            request.Criterion.Name,
            (request.Criterion as JudgeGrader)?.Version,
            UnixMicros.ToSeconds(now),
            human,
            outputs.Pairs.Count,
            outputs.LeftOut,
            counts,
            kappa,
            Agreement.Share(counts.TruePositive + counts.TrueNegative, outputs.Pairs.Count),
            Agreement.Share(counts.TruePositive, counts.TruePositive + counts.FalseNegative),
            Agreement.Share(counts.TrueNegative, counts.TrueNegative + counts.FalsePositive),
            Agreement.PassRateOf(outputs.Judged, counts),
            Agreement.LengthBias(outputs.Pairs),
            Agreement.PositionBiasOf(outputs.Positions),
            request.Floor,
            kappa.Value >= request.Floor);
    }
}
