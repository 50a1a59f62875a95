using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Gateway.Background;

/// <summary>A response that is made in the background. Its inherited status is a <see cref="BackgroundStatus"/>. Times are Unix microseconds, null for not yet.</summary>
internal sealed class BackgroundResponse : LeasedRow
{
    /// <summary>Tells it from a response that was made while its caller waited, which the log alone knows.</summary>
    public const string IdPrefix = "resp_bg_";

    public required string ProjectId { get; init; }

    /// <summary>The key that asked for it, in whose name it is made.</summary>
    public string? KeyId { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>When it is given up.</summary>
    public required long ExpiresAt { get; init; }

    public long? StartedAt { get; init; }

    public long? EndedAt { get; init; }

    /// <summary>Calls that were refused or failed in a way that may pass.</summary>
    public int Tries { get; init; }

    /// <summary>The call that answered, in the log; null where none did.</summary>
    public Guid? CallId { get; init; }

    /// <summary>Why it failed; null where it did not, or where the answer itself says it.</summary>
    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>The parent of its calls in the log.</summary>
    public Guid LogId => Guid.ParseExact(Id.AsSpan(IdPrefix.Length), "N");

    public static bool IsId(string id) => id.StartsWith(IdPrefix, StringComparison.Ordinal);
}

/// <summary>What was asked and what is answered, beside the row, which changes often.</summary>
internal sealed class BackgroundBody
{
    public required string ResponseId { get; init; }

    /// <summary>What is sent; null once it has ended.</summary>
    public byte[]? Request { get; init; }

    /// <summary>Headers of the request that go with it, as a JSON object; null for none.</summary>
    public string? Headers { get; init; }

    /// <summary>The response as it was queued, and as it was answered once it is.</summary>
    public required byte[] Resource { get; init; }
}

internal sealed class BackgroundResponseConfiguration : IEntityTypeConfiguration<BackgroundResponse>
{
    public const int MaxErrorCode = 64;
    public const int MaxErrorMessage = 2048;

    public void Configure(EntityTypeBuilder<BackgroundResponse> builder)
    {
        builder.ToTable("background_responses");
        builder.HasKey(response => response.Id);

        // Which responses are to be worked on: asked every second.
        builder.HasIndex(response => new { response.Status, response.LeaseUntil });
        builder.HasIndex(response => new { response.ProjectId, response.Status });
        builder.HasIndex(response => response.EndedAt);
        builder.Property(response => response.ProjectId).HasMaxLength(64);
        builder.Property(response => response.KeyId).HasMaxLength(64);
        builder.Property(response => response.ErrorCode).HasMaxLength(MaxErrorCode);
        builder.Property(response => response.ErrorMessage).HasMaxLength(MaxErrorMessage);
    }
}

internal sealed class BackgroundBodyConfiguration : IEntityTypeConfiguration<BackgroundBody>
{
    public void Configure(EntityTypeBuilder<BackgroundBody> builder)
    {
        builder.ToTable("background_bodies");
        builder.HasKey(body => body.ResponseId);
        builder.Property(body => body.ResponseId).HasMaxLength(64);
        builder.HasOne<BackgroundResponse>().WithOne().HasForeignKey<BackgroundBody>(body => body.ResponseId).OnDelete(DeleteBehavior.Cascade);
    }
}
