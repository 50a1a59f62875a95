using LlmGateway.Retrieval.Embeddings;
using LlmGateway.Service;
using LlmGateway.Text.Search;
using LlmGateway.Text.Similarity;
using Microsoft.Extensions.Options;

namespace LlmGateway.Retrieval.Examples;

/// <summary>Chooses a version's examples for a query.</summary>
internal sealed class ExampleChoice(ExampleSets sets, EmbeddingClient embeddings, IOptions<RetrievalOptions> options)
{
    /// <summary>How many of the best by words are ranked anew: with the query a round number of texts for one call.</summary>
    private const int HybridPool = 63;

    /// <exception cref="ApiException">The request is malformed or names what is not there (400, 404), or another service is away (503).</exception>
    public async Task<ExampleList> ChooseAsync(Caller caller, ExampleRequest request, CancellationToken cancellationToken)
    {
        var set = await sets.GetAsync(caller, request.Check(), cancellationToken);
        var excluded = (request.Exclude ?? []).Select(id => set.Find(id)?.Input ?? throw new ApiException(ApiErrors.BadRequest($"Invalid 'exclude': the version has no item '{id}'.", "exclude")));
        List<string> own = [request.Query!, .. request.ExcludeTexts ?? [], .. excluded];
        var chosen = request.Mode == ExampleRequest.Hybrid
            ? set.Selection.Nearest(await RankAsync(caller, set, request, cancellationToken), own, request.Options)
            : set.Selection.Nearest(request.Query!, own, request.Options);
        return new ExampleList(set.VersionId, [.. chosen.Reverse().Select(index => set.Items[index]).Select(item => new ExampleView(item.Id, item.Input, item.Output!))]);
    }

    /// <summary>The mean of both likenesses, each over its best, so that neither outweighs the other by its scale.</summary>
    private async Task<IReadOnlyList<SearchHit>> RankAsync(Caller caller, ExampleSet set, ExampleRequest request, CancellationToken cancellationToken)
    {
        var hits = set.Selection.Search(request.Query!, HybridPool);
        var model = request.Model ?? options.Value.EmbeddingModel;
        try
        {
            var vectors = await embeddings.EmbedAsync(caller.ForModels(), model, [request.Query!, .. hits.Select(hit => set.Items[hit.Document].Input)], cancellationToken);
            return Fuse(hits, [.. vectors.Skip(1).Select(vector => Math.Max(0, Vectors.Cosine(vectors[0], vector)))]);
        }
        catch (EmbeddingException exception)
        {
            throw new ApiException(new ApiError(502, "embedding_failed", exception.Message, "model"));
        }
    }

    private static SearchHit[] Fuse(IReadOnlyList<SearchHit> hits, List<float> meanings)
    {
        var words = Math.Max(hits.Select(hit => hit.Score).DefaultIfEmpty().Max(), float.Epsilon);
        var meaning = Math.Max(meanings.DefaultIfEmpty().Max(), float.Epsilon);
        return [.. hits.Select((hit, index) => hit with { Score = ((hit.Score / words) + (meanings[index] / meaning)) / 2 }).OrderByDescending(hit => hit.Score)];
    }
}
