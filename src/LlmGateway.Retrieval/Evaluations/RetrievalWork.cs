using System.ComponentModel.DataAnnotations;
using LlmGateway.Retrieval.Ingestion;
using LlmGateway.Retrieval.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>Work on a store that ends with a result or an error: an evaluation, an adapter's training.</summary>
internal abstract class RetrievalWork : LeasedRow
{
    /// <summary>Work whose workers died so often is given up.</summary>
    private const int MaxAttempts = 5;

    private const int MaxMessage = 1024;

    [MaxLength(64)]
    public required string ProjectId { get; init; }

    /// <summary>In whose name models are called; null for an admin's.</summary>
    [MaxLength(64)]
    public string? KeyId { get; init; }

    [MaxLength(64)]
    public string? ErrorCode { get; set; }

    [MaxLength(MaxMessage)]
    public string? ErrorMessage { get; set; }

    public Caller Caller() => new(ProjectId, KeyId, Scopes.Data | Scopes.Inference, FileIngestion.Purpose);

    /// <exception cref="ApiException">Too many workers ended without finishing it.</exception>
    public void CheckAttempts()
    {
        if (Attempt > MaxAttempts)
        {
            throw new ApiException(new ApiError(500, "worker_lost", $"Its worker ended {Attempt - 1} times without finishing it."));
        }
    }

    /// <summary>Ends it with an error, for whoever looks.</summary>
    public static Task FailAsync<TWork>(RetrievalDbContext context, Lease lease, string code, string message, CancellationToken cancellationToken)
        where TWork : RetrievalWork => WriteAsync<TWork>(
        context,
        lease,
        rows => rows.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, WorkStatus.Failed).SetProperty(row => row.ErrorCode, code)
                .SetProperty(row => row.ErrorMessage, message[..Math.Min(message.Length, MaxMessage)]),
            cancellationToken),
        cancellationToken);

    /// <summary>Writes its row, while the lease holds.</summary>
    public static Task WriteAsync<TWork>(RetrievalDbContext context, Lease lease, Func<IQueryable<TWork>, Task> write, CancellationToken cancellationToken)
        where TWork : RetrievalWork => context.WriteAsync<TWork>(lease, _ => write(context.Set<TWork>().HeldBy(lease)), cancellationToken);
}
