using System.Text.Json;
using LlmGateway.Evaluation.Storage;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Evaluation.Calibrations;

/// <summary>Finds how good a judge was when people last looked: what decides whether it may be a gate.</summary>
internal static class LatestCalibration
{
    /// <summary>The newest calibration of an eval's criterion; null if it never was calibrated.</summary>
    /// <param name="store">The store.</param>
    /// <param name="evalId">An eval that the caller may see.</param>
    /// <param name="criterion">The criterion's name.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<CalibrationView?> LatestCalibrationAsync(
        this EvaluationDbContext store, string evalId, string criterion, CancellationToken cancellationToken)
    {
        var content = await store.Calibrations.Where(row => row.EvalId == evalId && row.Criterion == criterion)
            .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Select(row => row.Content).FirstOrDefaultAsync(cancellationToken);
        return content is null ? null : JsonSerializer.Deserialize(content, EvaluationJson.TypeInfo<CalibrationView>());
    }
}
