using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Files;

/// <summary>An uploaded file without its content, which the <see cref="IFileStore"/> has. The row is written last: it makes the file exist.</summary>
internal sealed class StoredFile : IListedRow
{
    public const string IdPrefix = "file-";

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required string Filename { get; init; }

    public required string Purpose { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Of the content, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public required long CreatedAtMicros { get; init; }

    /// <summary>From then on it is gone; null for never.</summary>
    public long? ExpiresAtMicros { get; init; }

    public OpenAIFile ToWire() => new()
    {
        Id = Id,
        Bytes = Bytes,
        CreatedAt = UnixMicros.ToSeconds(CreatedAtMicros),
        ExpiresAt = ExpiresAtMicros is { } expires ? UnixMicros.ToSeconds(expires) : null,
        Filename = Filename,
        Purpose = Purpose,
    };
}

internal sealed class StoredFileConfiguration : IEntityTypeConfiguration<StoredFile>
{
    public void Configure(EntityTypeBuilder<StoredFile> builder)
    {
        builder.ToTable("files");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ProjectId, row.Id });
        builder.HasIndex(row => new { row.ProjectId, row.Purpose, row.Id });
        builder.HasIndex(row => row.ExpiresAtMicros);
    }
}
