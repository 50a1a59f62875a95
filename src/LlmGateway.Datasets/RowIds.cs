namespace LlmGateway.Datasets;

/// <summary>
/// Ids of the service's own rows: a prefix over a UUIDv7 in lower-case hex. Within a prefix their order, as text, is that
/// of time, so a list needs no other.
/// </summary>
internal static class RowIds
{
    /// <summary>A new id.</summary>
    /// <param name="prefix">With its separator, such as <c>file-</c>.</param>
    /// <param name="now">The present time.</param>
    public static string New(string prefix, DateTimeOffset now) => $"{prefix}{Guid.CreateVersion7(now):N}";

    /// <summary>The lowest id of a time; every id made earlier is lower.</summary>
    public static string Lowest(string prefix, DateTimeOffset time) => $"{prefix}{Inferences.InferenceIds.Lowest(time):N}";
}
