using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Datasets.Retention;

/// <summary>
/// Section <c>Datasets:Retention</c>: how long the log is kept, counted in days from a call's start. In PostgreSQL whole
/// partitions go, so what is over stays for up to <c>Datasets:Partitions:Days</c> longer; the embedded store deletes to
/// the hour, and uses the space again without giving it back to the system.
/// </summary>
public sealed class RetentionOptions
{
    public const string Section = "Datasets:Retention";

    /// <summary>Days that requests and responses are kept, 1 to 36,500. Null, the default, keeps them for ever.</summary>
    [Range(1, 36_500)]
    public int? BodyDays { get; set; }

    /// <summary>
    /// Days that calls are kept at all, with their bodies and metadata, 1 to 36,500. Null, the default, keeps them for
    /// ever. What is deleted is missing from usage, and a call that is sent again later counts as a new one.
    /// </summary>
    [Range(1, 36_500)]
    public int? RowDays { get; set; }
}
