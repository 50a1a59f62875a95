using System.Text.Json.Serialization;
using LlmGateway.Retrieval.Evaluations;
using LlmGateway.Retrieval.Search;
using LlmGateway.Service;

namespace LlmGateway.Retrieval.Adapters;

/// <summary>An adapter to be trained.</summary>
/// <param name="VectorStoreId">The store whose searches it is for.</param>
/// <param name="Name">At most 64 characters; the default is <c>default</c>. Another of this name is its next version.</param>
/// <param name="Pairs">20 to 5,000 queries, each with a file or passage that answers it.</param>
/// <param name="PairsFileId">In place of them an uploaded file of JSON lines, each such a pair.</param>
/// <param name="Holdout">The share of queries that it is tested on and does not see, 0.1 to 0.5; the default is 0.3.</param>
/// <param name="Epochs">1 to 100; the default is 20. The epoch that is best on validation queries is kept.</param>
/// <param name="BatchSize">Pairs whose passages are each other's wrong answers, 4 to 256; the default is 64.</param>
/// <param name="LearningRate">Up to 10; the default is 0.2.</param>
/// <param name="Temperature">Of the softmax over cosines, 0.01 to 1; the default is 0.05.</param>
/// <param name="L2">How strongly it is drawn towards the identity, 0 to 1; the default is 0.001.</param>
/// <param name="Configuration">The search that it must make better; by default by vectors alone.</param>
/// <param name="Seed">Chooses the held-out queries and the order of training.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AdapterRequest(
    string? VectorStoreId, string? Name, IReadOnlyList<TrainingPair>? Pairs, string? PairsFileId, double? Holdout, int? Epochs, int? BatchSize,
    double? LearningRate, double? Temperature, double? L2, SearchConfiguration? Configuration, uint? Seed)
{
    public const int MinPairs = 20;
    public const int MaxPairs = 5000;
    private const int MaxName = 64;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public AdapterPlan Read()
    {
        if (VectorStoreId is not { Length: > 0 and <= MaxName })
        {
            throw RequestField.Invalid("vector_store_id", "expected the id of a vector store");
        }

        if (Name is { Length: 0 or > MaxName })
        {
            throw RequestField.Invalid("name", $"expected 1 to {MaxName} characters");
        }

        if ((Pairs is null) == (PairsFileId is null))
        {
            throw new ApiException(ApiErrors.BadRequest("Give either 'pairs' or 'pairs_file_id'.", "pairs"));
        }

        RequestField.Between(Holdout, 0.1, 0.5, "holdout");
        RequestField.Between(Epochs, 1, 100, "epochs");
        RequestField.Between(BatchSize, 4, 256, "batch_size");
        RequestField.Between(LearningRate, 0, 10, "learning_rate");
        RequestField.Between(Temperature, 0.01, 1, "temperature");
        RequestField.Between(L2, 0, 1, "l2");
        Configuration?.Check("configuration");
        if (Configuration is { Adapter: not null } or { TextShare: 1 })
        {
            throw RequestField.Invalid("configuration", "expected a search by vectors, without an adapter");
        }

        var defaults = new AdapterSettings();
        var settings = new AdapterSettings(
            Epochs ?? defaults.Epochs, BatchSize ?? defaults.BatchSize, (float)(LearningRate ?? defaults.LearningRate),
            (float)(Temperature ?? defaults.Temperature), (float)(L2 ?? defaults.L2));
        return new AdapterPlan(settings, Holdout ?? AdapterPlan.DefaultHoldout, Configuration ?? new SearchConfiguration(SearchConfiguration.Vector), Seed ?? 1);
    }
}

/// <summary>A query and what answers it: a file of the store, of which the likest chunk is taken, or a passage.</summary>
/// <param name="Query">1 to 4,096 characters.</param>
/// <param name="FileId">A file of the store; only such queries can be held out.</param>
/// <param name="Passage">A text of up to 16,384 characters; given in place of a file, it is trained on and never tested on.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TrainingPair(string? Query, string? FileId, string? Passage)
{
    private const int MaxPassage = 16_384;

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check(string param)
    {
        if (string.IsNullOrWhiteSpace(Query) || Query.Length > JudgedQuery.MaxLength)
        {
            throw RequestField.Invalid($"{param}.query", $"expected a text of 1 to {JudgedQuery.MaxLength} characters");
        }

        if ((FileId is null) == (Passage is null))
        {
            throw RequestField.Invalid($"{param}.file_id", "expected either 'file_id' or 'passage'");
        }

        if (FileId is { Length: 0 or > 64 })
        {
            throw RequestField.Invalid($"{param}.file_id", "expected the id of a file in the store");
        }

        if (Passage is not null && (string.IsNullOrWhiteSpace(Passage) || Passage.Length > MaxPassage))
        {
            throw RequestField.Invalid($"{param}.passage", $"expected a text of 1 to {MaxPassage} characters");
        }
    }
}

/// <summary>What a training does, with its defaults.</summary>
internal sealed record AdapterPlan(AdapterSettings Settings, double Holdout, SearchConfiguration Configuration, uint Seed)
{
    public const double DefaultHoldout = 0.3;
}
