using System.Globalization;

namespace LlmGateway.Retrieval.Storage;

/// <summary>pgvector's index of the vectors of one length: an HNSW index wants one length, and a table holds many.</summary>
internal static class VectorIndex
{
    /// <summary>Longest vectors that have an index: 4,000, in half precision. Longer ones are compared one after another.</summary>
    public const int MostDimensions = 4000;

    /// <summary>Longest vectors that have an index in single precision.</summary>
    private const int MostSingleDimensions = 2000;

    /// <summary>What vectors of a length are compared as.</summary>
    /// <param name="dimensions">Their length.</param>
    /// <param name="half">Whether half precision is preferred.</param>
    public static string TypeOf(int dimensions, bool half) =>
        string.Create(CultureInfo.InvariantCulture, $"{(half || dimensions > MostSingleDimensions ? "halfvec" : "vector")}({dimensions})");

    public static string NameOf(int dimensions, bool half) =>
        string.Create(CultureInfo.InvariantCulture, $"chunks_{(half || dimensions > MostSingleDimensions ? "halfvec" : "vector")}_{dimensions}");

    /// <summary>Makes it while others write.</summary>
    public static string CreateCommand(int dimensions, bool half)
    {
        var type = TypeOf(dimensions, half);
        var operators = type.StartsWith("halfvec", StringComparison.Ordinal) ? "halfvec_cosine_ops" : "vector_cosine_ops";
        return string.Create(CultureInfo.InvariantCulture, $"""
            CREATE INDEX CONCURRENTLY {NameOf(dimensions, half)} ON chunks USING hnsw ((embedding::{type}) {operators})
            WITH (m = 16, ef_construction = 64) WHERE vector_dims(embedding) = {dimensions}
            """);
    }
}
