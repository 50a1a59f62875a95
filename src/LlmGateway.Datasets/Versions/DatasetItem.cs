using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LlmGateway.Datasets.Versions;

/// <summary>An item of a version, at its place.</summary>
internal sealed class DatasetItem : DatasetRow
{
    private DatasetItem()
    {
    }

    [SetsRequiredMembers]
    public DatasetItem(string versionId, int place, ItemDraft draft, string? split, byte[] hash)
        : base(versionId, place, draft)
    {
        Hash = hash;
        Split = split;
        IsSupervised = ChatForm.IsSupervised(draft.Input, draft.Reference);
    }

    /// <summary>SHA-256 of its canonical form, see <see cref="ItemHash"/>.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>train, validation or test; null for none.</summary>
    public string? Split { get; init; }

    /// <summary>Whether it is a conversation that ends with an answer, which a chat model can be trained on.</summary>
    public required bool IsSupervised { get; init; }
}

internal sealed class DatasetItemConfiguration : IEntityTypeConfiguration<DatasetItem>
{
    public void Configure(EntityTypeBuilder<DatasetItem> builder)
    {
        builder.ToTable("dataset_items");
        builder.HasKey(row => new { row.VersionId, row.Place });
        builder.HasIndex(row => new { row.VersionId, row.ItemId }).IsUnique();
        builder.HasIndex(row => new { row.VersionId, row.Split, row.Place });
    }
}
