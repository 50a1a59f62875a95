using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Models;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Search;

/// <summary>How a search is made. What is absent is the default; the same record is what evaluations compare.</summary>
/// <param name="Mode"><c>hybrid</c> (the default), <c>lexical</c> or <c>vector</c>.</param>
/// <param name="Fusion">How the rankings become one; <see cref="FusionSettings.Default"/> if null.</param>
/// <param name="Exact">Compares every vector instead of asking the approximate index; SQLite always does.</param>
/// <param name="Bm25">The lexical ranking's constants; 1.2 and .75 if null.</param>
/// <param name="Candidates">Chunks that each ranking gives to the fusion, 1 to 1,000; 100 if null.</param>
/// <param name="Mmr">Makes the results diverse; null for not.</param>
/// <param name="Reranker">Ranks the best anew; null for not.</param>
/// <param name="Query">What a model makes of the query before it is searched; null for nothing.</param>
/// <param name="Adapter">Id of an adapter that the queries' vectors go through; null for none.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SearchConfiguration(
    string? Mode = null, FusionSettings? Fusion = null, bool? Exact = null, Bm25Settings? Bm25 = null, int? Candidates = null,
    MmrSettings? Mmr = null, RerankerSettings? Reranker = null, QuerySettings? Query = null, string? Adapter = null)
{
    public const string Hybrid = "hybrid";
    public const string Lexical = "lexical";
    public const string Vector = "vector";

    public static readonly SearchConfiguration Default = new();

    private const int DefaultCandidates = 100;
    private const int MaxCandidates = 1000;

    [JsonIgnore]
    public int CandidateCount => Candidates ?? DefaultCandidates;

    [JsonIgnore]
    public FusionSettings FusionOrDefault => Fusion ?? FusionSettings.Default;

    /// <summary>The words' part of the fused score, 0 to 1; 0 searches no words, and 1 no vectors.</summary>
    [JsonIgnore]
    public double TextShare => Mode switch
    {
        Lexical => 1,
        Vector => 0,
        _ => FusionOrDefault.TextShare,
    };

    /// <summary>Work that searches later does so with rights of its own: whoever asks for it needs them at once.</summary>
    /// <exception cref="ApiException">It has a model do something, and the caller may not ask models (403).</exception>
    public void CheckScope(Caller caller, string param)
    {
        if (Query is not null || Reranker?.Type == RerankerSettings.Llm)
        {
            StructuredChat.RequireScope(caller, param);
        }
    }

    /// <param name="param">The field that it came in.</param>
    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check(string param)
    {
        RequestField.OneOf(Mode, $"{param}.mode", Hybrid, Lexical, Vector);
        RequestField.Between(Candidates, 1, MaxCandidates, $"{param}.candidates");
        Fusion?.Check($"{param}.fusion");
        Bm25?.Check($"{param}.bm25");
        Mmr?.Check($"{param}.mmr");
        Reranker?.Check($"{param}.reranker");
        Query?.Check($"{param}.query");
    }
}

/// <param name="Type"><c>min_max</c> (the default) or <c>rrf</c>.</param>
/// <param name="TextWeight">How much words in common count, from 0.</param>
/// <param name="EmbeddingWeight">How much likeness of meaning counts, from 0.</param>
/// <param name="K">Of <c>rrf</c>: how little the first ranks are ahead of the next, 1 to 1,000; 60 if null.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FusionSettings(string? Type = null, double? TextWeight = null, double? EmbeddingWeight = null, double? K = null)
{
    public const string MinMax = "min_max";
    public const string Rrf = "rrf";

    /// <summary>Weights of min–max: on SciFact, with the local embedding of 1,024 numbers, the best by cross-validation.</summary>
    public static readonly FusionSettings Default = new(MinMax, 0.8, 0.2);

    /// <summary>The paper's: G. Cormack, C. Clarke and S. Büttcher, Reciprocal Rank Fusion outperforms Condorcet (SIGIR 2009).</summary>
    private const double DefaultK = 60;

    [JsonIgnore]
    public bool IsRrf => Type == Rrf;

    [JsonIgnore]
    public double KOrDefault => K ?? DefaultK;

    /// <summary>The words' part of both weights, 0 to 1. Ranks count equally where nothing is said.</summary>
    [JsonIgnore]
    public double TextShare
    {
        get
        {
            var (text, embedding) = IsRrf && TextWeight is null && EmbeddingWeight is null ? (1, 1) : (TextWeight ?? Default.TextWeight!.Value, EmbeddingWeight ?? Default.EmbeddingWeight!.Value);
            return text / (text + embedding);
        }
    }

    /// <inheritdoc cref="SearchConfiguration.Check"/>
    public void Check(string param)
    {
        RequestField.OneOf(Type, $"{param}.type", MinMax, Rrf);
        RequestField.Between(TextWeight, 0, double.MaxValue, $"{param}.text_weight");
        RequestField.Between(EmbeddingWeight, 0, double.MaxValue, $"{param}.embedding_weight");
        RequestField.Between(K, 1, 1000, $"{param}.k");
        if (TextWeight is null != EmbeddingWeight is null)
        {
            throw RequestField.Invalid(param, "expected both 'text_weight' and 'embedding_weight', or neither");
        }

        if (TextWeight + EmbeddingWeight is 0)
        {
            throw RequestField.Invalid(param, "expected weights of which one at least is above 0");
        }

        if (K is not null && !IsRrf)
        {
            throw RequestField.Invalid($"{param}.k", $"only '{Rrf}' has it");
        }
    }
}

/// <param name="K1">How much a word's repetition counts, 0 to 10; 1.2 if null.</param>
/// <param name="B">How much a long chunk is held against it, 0 to 1; .75 if null.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record Bm25Settings(double? K1 = null, double? B = null)
{
    /// <inheritdoc cref="SearchConfiguration.Check"/>
    public void Check(string param)
    {
        RequestField.Between(K1, 0, 10, $"{param}.k1");
        RequestField.Between(B, 0, 1, $"{param}.b");
    }
}

/// <param name="Lambda">What relevance counts against likeness to results already chosen, 0 to 1; .7 if null, 1 changes nothing.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MmrSettings(double? Lambda = null)
{
    private const double DefaultLambda = 0.7;

    [JsonIgnore]
    public double LambdaOrDefault => Lambda ?? DefaultLambda;

    /// <inheritdoc cref="SearchConfiguration.Check"/>
    public void Check(string param) => RequestField.Between(Lambda, 0, 1, $"{param}.lambda");
}

/// <param name="Type"><c>none</c>, <c>proximity</c> (here, by where the query's words stand) or <c>llm</c> (listwise, by a model).</param>
/// <param name="Model">Of <c>llm</c>: the model, by the gateway's name for it.</param>
/// <param name="Depth">How many of the best are ranked anew, 2 to 100; 20 if null.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RerankerSettings(string? Type, string? Model = null, int? Depth = null)
{
    public const string None = "none";
    public const string Proximity = "proximity";
    public const string Llm = "llm";

    private const int DefaultDepth = 20;
    private const int MaxDepth = 100;

    [JsonIgnore]
    public int DepthOrDefault => Depth ?? DefaultDepth;

    /// <inheritdoc cref="SearchConfiguration.Check"/>
    public void Check(string param)
    {
        RequestField.OneOf(Type ?? "", $"{param}.type", None, Proximity, Llm);
        RequestField.Between(Depth, 2, MaxDepth, $"{param}.depth");
        if (Type == Llm == string.IsNullOrWhiteSpace(Model))
        {
            throw RequestField.Invalid($"{param}.model", Type == Llm ? "expected the model that ranks" : $"only '{Llm}' has one");
        }
    }
}

/// <param name="Steps">In order, each once at most: <c>rewrite</c>, <c>multi_query</c>, <c>hyde</c>, <c>decompose</c>, or one of their versions, such as <c>rewrite@1</c>.</param>
/// <param name="Model">The model that does them, by the gateway's name for it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record QuerySettings(IReadOnlyList<string>? Steps, string? Model)
{
    public const string Rewrite = "rewrite";
    public const string MultiQuery = "multi_query";
    public const string Hyde = "hyde";
    public const string Decompose = "decompose";

    /// <inheritdoc cref="SearchConfiguration.Check"/>
    public void Check(string param)
    {
        if (Steps is not { Count: > 0 } || Steps.Distinct(StringComparer.Ordinal).Count() != Steps.Count)
        {
            throw RequestField.Invalid($"{param}.steps", "expected at least one step, and none twice");
        }

        for (var index = 0; index < Steps.Count; index++)
        {
            if (QueryStep.Find(Steps[index]) is null)
            {
                throw RequestField.Invalid($"{param}.steps[{index}]", $"expected one of {string.Join(", ", QueryStep.All.Select(step => $"{step.Name}, {step.Name}@{step.Version}"))}");
            }
        }

        if (string.IsNullOrWhiteSpace(Model))
        {
            throw RequestField.Invalid($"{param}.model", "expected the model that does the steps");
        }
    }
}
