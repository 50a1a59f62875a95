using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Divides items by a hash of the seed and of what an item is: where it falls depends on no other item, so it stays there
/// when others come or go. Items of one group, and items with one input, fall together.
/// </summary>
/// <param name="Train">Share of the items, 0 to 1; the three add up to 1.</param>
/// <param name="Validation">As above.</param>
/// <param name="Test">As above.</param>
/// <param name="Seed">Another seed divides otherwise; 0 by default.</param>
/// <param name="By">
/// What falls together: <c>input</c>, the default; <c>episode</c>; or <c>metadata.&lt;key&gt;</c>. An item without it falls by its input.
/// </param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SplitRule(
    double Train,
    double Validation,
    double Test,
    long Seed = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? By = null)
{
    public const string TrainName = "train";
    public const string ValidationName = "validation";
    public const string TestName = "test";

    private const string MetadataPrefix = "metadata.";

    /// <summary>So that shares like a third may be written down.</summary>
    private const double Tolerance = 1e-6;

    public static readonly IReadOnlyList<string> Names = [TrainName, ValidationName, TestName];

    /// <exception cref="ApiException">A field is out of range (400).</exception>
    public void Check()
    {
        if (Train is not (>= 0 and <= 1) || Validation is not (>= 0 and <= 1) || Test is not (>= 0 and <= 1)
            || Math.Abs(Train + Validation + Test - 1) > Tolerance)
        {
            throw new ApiException(ApiErrors.BadRequest("Invalid 'split': 'train', 'validation' and 'test' are shares from 0 to 1 that add up to 1.", "split"));
        }

        if (By is not (null or "input" or "episode") && !(By.StartsWith(MetadataPrefix, StringComparison.Ordinal) && By.Length > MetadataPrefix.Length))
        {
            throw new ApiException(ApiErrors.BadRequest("Invalid 'split.by': expected 'input', 'episode' or 'metadata.<key>'.", "split.by"));
        }
    }

    /// <summary>The split of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="inputHash">Of its input.</param>
    public string Of(ItemDraft item, ReadOnlySpan<byte> inputHash)
    {
        var key = GroupOf(item) ?? Convert.ToHexStringLower(inputHash);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed}:{key}"));
        var share = (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) / (double)(1UL << 53);
        return share < Train ? TrainName : share < Train + Validation ? ValidationName : TestName;
    }

    private string? GroupOf(ItemDraft item) => By switch
    {
        null or "input" => null,
        "episode" => item.EpisodeId,
        _ => item.Metadata is { ValueKind: JsonValueKind.Object } metadata && metadata.TryGetProperty(By[MetadataPrefix.Length..], out var value)
            && value.ValueKind != JsonValueKind.Null ? value.ToString() : null,
    };
}
