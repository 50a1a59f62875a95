using System.Globalization;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Feedback;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Datasets.Exposures;

/// <summary>A checked question for one stage of an experiment.</summary>
/// <param name="ProjectId">Whose.</param>
/// <param name="ExperimentId">The experiment.</param>
/// <param name="Stage">From 1.</param>
/// <param name="Metrics">Each once.</param>
internal sealed record ExposureQuery(string ProjectId, string ExperimentId, int Stage, IReadOnlyList<string> Metrics)
{
    /// <summary>Those of the metrics that feedback tells.</summary>
    public IReadOnlyList<string> Feedback { get; } = [.. Metrics.Where(metric => !ExperimentMetric.All.Contains(metric))];

    /// <exception cref="ApiException">A parameter is missing or malformed (400).</exception>
    public static ExposureQuery Read(IQueryCollection query, string project)
    {
        var metrics = query["metrics"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToArray();
        if (metrics.Length > ExposureSums.MaxMetrics)
        {
            throw Bad($"Invalid 'metrics': expected at most {ExposureSums.MaxMetrics}.", "metrics");
        }

        foreach (var metric in metrics)
        {
            FeedbackRequest.CheckMetric(metric, "metrics");
        }

        var experiment = InferenceFilter.ReadText(query, "experiment_id") ?? throw Bad("Missing 'experiment_id': expected an experiment's id.", "experiment_id");
        return int.TryParse(query["stage"], NumberStyles.None, CultureInfo.InvariantCulture, out var stage) && stage > 0
            ? new ExposureQuery(project, experiment, stage, metrics)
            : throw Bad("Missing or invalid 'stage': expected a number from 1.", "stage");
    }

    private static ApiException Bad(string message, string param) => new(ApiErrors.BadRequest(message, param));
}
