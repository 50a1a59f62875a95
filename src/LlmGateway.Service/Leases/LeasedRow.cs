using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Service;

/// <summary>
/// A row that is work, such as a run or a job: one worker at a time holds it by a lease, and whoever finds the lease
/// expired takes over. A service's entity derives from it; the columns are named by the service's own convention.
/// </summary>
public abstract class LeasedRow
{
    /// <summary>A prefix over a UUIDv7, so that the oldest work sorts first.</summary>
    [MaxLength(64)]
    public required string Id { get; init; }

    /// <summary>Where the work stands, in the service's own words, some of which are open: to be worked on.</summary>
    [MaxLength(32)]
    public required string Status { get; set; }

    /// <summary>The process that holds it; null for none.</summary>
    [MaxLength(128)]
    public string? LeaseOwner { get; set; }

    /// <summary>Until when nobody else may take it, in Unix microseconds by the workers' clocks; null for no longer.</summary>
    public long? LeaseUntil { get; set; }

    /// <summary>How often it was taken and not given back in good order: work that kills its worker is known by it.</summary>
    public int Attempt { get; set; }

    /// <summary>Grows with each claim. A write that carries an older one comes from a worker that lost its lease.</summary>
    public long Fence { get; set; }
}
