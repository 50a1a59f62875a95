using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Search;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>How well a store is searched, to be found out.</summary>
/// <param name="VectorStoreId">The store.</param>
/// <param name="Name">At most 256 characters; by default the id.</param>
/// <param name="Queries">Up to 2,000 queries with what they should find.</param>
/// <param name="QueriesFileId">In place of them an uploaded file of JSON lines, each such a query.</param>
/// <param name="Configurations">Up to 8 ways to search, by different names.</param>
/// <param name="K">Up to 8 depths of the measures that have one, 1 to 100; the default is 1, 5 and 10.</param>
/// <param name="Metric">What configurations are compared by; by default nDCG at the largest k.</param>
/// <param name="Depth">Passages that each search brings, 10 to 1,000; the default is 100. What is deeper counts as not retrieved.</param>
/// <param name="Tune">Finds the weights of the fusion too.</param>
/// <param name="Seed">Chooses folds and resamples; equal seeds give equal results.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EvaluationRequest(
    string? VectorStoreId, string? Name, IReadOnlyList<JudgedQuery>? Queries, string? QueriesFileId, IReadOnlyList<NamedConfiguration>? Configurations,
    IReadOnlyList<int>? K, string? Metric, int? Depth, TuneRequest? Tune, uint? Seed)
{
    public const int MaxNameLength = 256;
    private const int MaxConfigurations = 8;
    private const int MaxCuts = 8;
    private const int MaxK = 100;
    private const int LowestDepth = 10;
    private const int HighestDepth = 1000;
    private const int DefaultDepth = 100;
    private static readonly int[] DefaultK = [1, 5, 10];

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public EvaluationPlan Read()
    {
        if (VectorStoreId is not { Length: > 0 and <= 64 })
        {
            throw RequestField.Invalid("vector_store_id", "expected the id of a vector store");
        }

        if (Name?.Length > MaxNameLength)
        {
            throw RequestField.Invalid("name", $"expected at most {MaxNameLength} characters");
        }

        if ((Queries is null) == (QueriesFileId is null))
        {
            throw new ApiException(ApiErrors.BadRequest("Give either 'queries' or 'queries_file_id'.", "queries"));
        }

        var depth = Depth ?? DefaultDepth;
        if (depth is < LowestDepth or > HighestDepth)
        {
            throw RequestField.Invalid("depth", $"expected {LowestDepth} to {HighestDepth}");
        }

        CheckConfigurations();
        Tune?.Check();
        int[] cuts = [.. (K ?? DefaultK).Distinct().Order()];
        if (cuts.Length is 0 or > MaxCuts || cuts[0] < 1 || cuts[^1] > Math.Min(MaxK, depth))
        {
            throw RequestField.Invalid("k", $"expected 1 to {MaxCuts} numbers from 1 to {Math.Min(MaxK, depth)}");
        }

        var plan = new EvaluationPlan(Configurations ?? [], cuts, Metric ?? $"{MetricNames.Ndcg}@{cuts[^1]}", depth, Tune, Seed ?? 1);
        return plan.Metrics.Contains(plan.Metric) ? plan : throw RequestField.Invalid("metric", $"expected one of {string.Join(", ", plan.Metrics)}");
    }

    private void CheckConfigurations()
    {
        if (Configurations is null or { Count: 0 } && Tune is null)
        {
            throw RequestField.Invalid("configurations", $"expected 1 to {MaxConfigurations}, or 'tune'");
        }

        if (Configurations?.Count > MaxConfigurations)
        {
            throw RequestField.Invalid("configurations", $"expected at most {MaxConfigurations}");
        }

        foreach (var (place, named) in (Configurations ?? []).Index())
        {
            (named ?? throw RequestField.Invalid($"configurations[{place}]", "expected an object")).Check($"configurations[{place}]");
            if (Configurations!.Take(place).Any(other => other.Name == named.Name))
            {
                throw RequestField.Invalid($"configurations[{place}].name", "another configuration has this name");
            }
        }
    }
}

/// <param name="Name">1 to 64 characters.</param>
/// <param name="Configuration">How it searches; the default is the search's own.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NamedConfiguration(string? Name, SearchConfiguration? Configuration)
{
    private const int MaxLength = 64;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check(string param)
    {
        if (Name is not { Length: > 0 and <= MaxLength })
        {
            throw RequestField.Invalid($"{param}.name", $"expected 1 to {MaxLength} characters");
        }

        Configuration?.Check($"{param}.configuration");
    }
}

/// <summary>Weights of the min–max fusion, to be found by cross-validation.</summary>
/// <param name="Configuration">The rest of the configuration; by default the search's own.</param>
/// <param name="Folds">2 to 20; the default is 5.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TuneRequest(SearchConfiguration? Configuration, int? Folds)
{
    /// <summary>A fold needs something to choose by.</summary>
    public const int QueriesPerFold = 4;

    private const int LowestFolds = 2;
    private const int HighestFolds = 20;
    private const int DefaultFolds = 5;

    [JsonIgnore]
    public int FoldCount => Folds ?? DefaultFolds;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check()
    {
        if (FoldCount is < LowestFolds or > HighestFolds)
        {
            throw RequestField.Invalid("tune.folds", $"expected {LowestFolds} to {HighestFolds}");
        }

        Configuration?.Check("tune.configuration");
    }
}
