using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Datasets.Storage.Partitions;

/// <summary>Section <c>Datasets:Partitions</c>: how PostgreSQL divides the log by time. The embedded store has no partitions.</summary>
public sealed class PartitionOptions
{
    public const string Section = "Datasets:Partitions";

    /// <summary>
    /// Days that one partition holds, 1 to 366. The default is 30. A shorter one lets retention delete closer to the day; a
    /// longer one makes fewer partitions, each of which a list and a look-up by a body's id must visit. A change is for
    /// partitions that are made from then on.
    /// </summary>
    [Range(1, 366)]
    public int Days { get; set; } = 30;
}
