using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Evaluation.Runs;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>Asks the gateway for experiments and Datasets for what they measured, and tells the gateway what is decided.</summary>
internal sealed class ExperimentServices(IHttpClientFactory clients)
{
    public const string ClientName = "evaluation.experiments";

    /// <summary>How long a service may take to answer; the next tick asks again.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The experiments that run, of all projects.</summary>
    /// <exception cref="HttpRequestException">The gateway is away, or refuses.</exception>
    public async Task<IReadOnlyList<RunningExperiment>> ListAsync(CancellationToken cancellationToken)
    {
        using var response = await clients.CreateClient(ClientName).GetAsync(RunningExperiment.Path, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await ReadAsync<IReadOnlyList<RunningExperiment>>(response, cancellationToken);
    }

    /// <summary>What a stage has measured so far.</summary>
    /// <exception cref="HttpRequestException">Datasets is away, or refuses.</exception>
    public async Task<ExposureSums> SumsAsync(RunningExperiment experiment, int stage, CancellationToken cancellationToken)
    {
        var metrics = MetricTest.Of(experiment).Select(test => Uri.EscapeDataString(test.Metric)).Distinct();
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"{ExposureSums.Path}?experiment_id={Uri.EscapeDataString(experiment.Id)}&stage={stage}&metrics={string.Join(',', metrics)}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Options.Set(InternalTokenHandler.OnBehalfOf, CallerOf(experiment));
        using var response = await clients.CreateClient(DatasetsClient.ClientName).SendAsync(request, patience.Token);
        response.EnsureSuccessStatusCode();
        return await ReadAsync<ExposureSums>(response, patience.Token);
    }

    /// <summary>Tells the gateway a decision.</summary>
    /// <returns>False if the experiment has changed, or is gone: what was looked at is old.</returns>
    /// <exception cref="HttpRequestException">The gateway is away, or refuses.</exception>
    public async Task<bool> DecideAsync(RunningExperiment experiment, ExperimentDecision decision, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{RunningExperiment.Path}/{Uri.EscapeDataString(experiment.Id)}/decisions");
        request.Content = JsonContent.Create(decision, EvaluationJson.TypeInfo<ExperimentDecision>());
        request.Options.Set(InternalTokenHandler.OnBehalfOf, CallerOf(experiment));
        using var response = await clients.CreateClient(ClientName).SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            return false;
        }

        response.EnsureSuccessStatusCode();
        return true;
    }

    /// <summary>Whether a service is away or does not understand: the same may succeed at the next tick.</summary>
    public static bool IsAway(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or JsonException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync(EvaluationJson.TypeInfo<T>(), cancellationToken) ?? throw new JsonException("The answer is null.");

    private static Caller CallerOf(RunningExperiment experiment) => new(experiment.ProjectId, null, Scopes.Internal, Run.Purpose);
}
