namespace LlmGateway.Service;

/// <summary>The right to work on a row, until it expires or the row's fence moves on.</summary>
/// <param name="RowId">The row.</param>
/// <param name="Fence">The row's fence at the claim.</param>
public sealed record Lease(string RowId, long Fence)
{
    public static Lease Of(LeasedRow row) => new(row.Id, row.Fence);
}

/// <summary>Another worker holds the row, or it was cancelled or deleted: what was to be written must not be.</summary>
public sealed class LeaseLostException(Lease lease) : Exception($"The lease on {lease.RowId} is lost.");
