using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using LlmGateway.Text.Classification;

namespace LlmGateway.Retrieval.Routing;

/// <summary>Says where a router sends queries, and how often it is right.</summary>
internal sealed class QueryRouting(RetrievalDbContext context, ModelRouting models, RouterClassifiers classifiers)
{
    /// <summary>What errors call a model that the request does not name itself.</summary>
    private const string Param = "router_id";

    /// <exception cref="ApiException">The route's store or source was deleted (404), or the router's model is refused (400, 403) or does not answer (502).</exception>
    public async Task<RouteView> RouteAsync(Caller caller, RetrievalRouter router, string query, CancellationToken cancellationToken)
    {
        var (label, probabilities) = router.Model is { } model
            ? (await AskAsync(caller, router, model, query, cancellationToken), null)
            : await ClassifyAsync(router, query, cancellationToken);
        var route = router.ReadRoutes().First(route => route.Label == label);
        return await context.FindLostAsync(router.ProjectId, [route], cancellationToken) is var (_, field)
            ? throw new ApiException(ApiErrors.NotFound(
                $"The route '{label}' leads to '{route.VectorStoreId ?? route.SourceId}', which was deleted. Make another router.", field))
            : new RouteView(label, route.VectorStoreId, route.SourceId, probabilities);
    }

    /// <exception cref="ApiException">The router's model is refused (400, 403) or does not answer (502).</exception>
    public async Task<RouterReport> EvaluateAsync(Caller caller, RetrievalRouter router, IReadOnlyList<LabelledQuery> examples, CancellationToken cancellationToken)
    {
        if (router.Model is { } model)
        {
            return await models.TestAsync(caller, (model, Param), router.ReadRoutes(), examples, cancellationToken);
        }

        var classifier = await classifiers.GetAsync(router.Id, context, cancellationToken);
        return RouterReport.Of([.. examples.Select(example => (example.Label!, (string?)RouterTraining.Best(classifier, example.Query!)))]);
    }

    private async Task<string> AskAsync(Caller caller, RetrievalRouter router, string model, string query, CancellationToken cancellationToken)
    {
        var (label, failure) = await models.AskAsync(caller, (model, Param), router.ReadRoutes(), query, cancellationToken);
        return label ?? throw ModelRouting.Failed(model, failure!);
    }

    private async Task<(string Label, IReadOnlyDictionary<string, double>? Probabilities)> ClassifyAsync(RetrievalRouter router, string query, CancellationToken cancellationToken)
    {
        var classifier = await classifiers.GetAsync(router.Id, context, cancellationToken);
        var probabilities = classifier.Classify(query);
        return (
            classifier.Labels[TextClassifier.Best(probabilities)],
            classifier.Labels.Zip(probabilities).ToDictionary(entry => entry.First, entry => Math.Round((double)entry.Second, 6)));
    }
}
