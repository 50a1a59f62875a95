using System.Globalization;
using LlmGateway.Evaluation.Calibrations;
using LlmGateway.Evaluation.Gates.Rules;
using LlmGateway.Evaluation.Graders;
using LlmGateway.Evaluation.Storage;
using LlmGateway.Service;
using static System.FormattableString;

namespace LlmGateway.Evaluation.Gates;

/// <summary>A model that judges may be a gate only as long as it agrees with people.</summary>
internal sealed class JudgeCheck(EvaluationDbContext store)
{
    /// <returns>A warning for each judge that was never held against people.</returns>
    /// <exception cref="ApiException">A judge agrees with people less than its latest calibration demands (400).</exception>
    public async Task<IReadOnlyList<string>> CheckAsync(
        string evalId, IReadOnlyList<IGrader> graders, IReadOnlyList<IGateRule> rules, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        foreach (var grader in graders.Where(grader => grader.CallsModels))
        {
            var rule = rules.ToList().FindIndex(rule => rule.IsByScores && (rule.TestingCriterion is null || rule.TestingCriterion == grader.Name));
            if (rule < 0)
            {
                continue;
            }

            if (await store.LatestCalibrationAsync(evalId, grader.Name, cancellationToken) is not { } calibration)
            {
                warnings.Add($"'{grader.Name}' is judged by a model that was never calibrated against people.");
            }
            else if (!calibration.UsableAsGate)
            {
                throw JsonFields.Invalid(
                    Invariant($"The judge '{grader.Name}' cannot be a gate: by its latest calibration '{calibration.Id}' its kappa with people is {calibration.Kappa.Value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "unknown"}, and it needs {calibration.Floor:0.##}. Better its prompt and calibrate it again, or leave it out of the rules."),
                    $"rules[{rule}].testing_criterion");
            }
        }

        return warnings;
    }
}
