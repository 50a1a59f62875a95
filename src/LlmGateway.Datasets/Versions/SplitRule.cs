using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LlmGateway.Datasets.Versions.Curation;
using LlmGateway.Service;
using LlmGateway.Text.NearDuplicates;

namespace LlmGateway.Datasets.Versions;

/// <summary>
/// Divides items by a hash of the seed and of what an item is: where it falls depends on no other item, so it stays there
/// when others come or go. Items of one group, and items with one input, fall together. By near duplicates, by strata and by time it
/// depends on the others too: see <see cref="SplitPlan"/>.
/// </summary>
/// <param name="Train">Share of the items, 0 to 1; the three add up to 1.</param>
/// <param name="Validation">As above.</param>
/// <param name="Test">As above.</param>
/// <param name="Seed">Another seed divides otherwise; 0 by default.</param>
/// <param name="By">
/// What falls together: <c>input</c>, the default; <c>episode</c>; <c>user</c>, the call's or <c>metadata.user</c>;
/// <c>metadata.&lt;key&gt;</c>; or <c>near_duplicates</c>. An item without it falls by its input.
/// </param>
/// <param name="Threshold">Likeness of near duplicates, 0.5 to 1; 0.8 by default.</param>
/// <param name="Stratify"><c>reference</c> or <c>metadata.&lt;key&gt;</c>: the items of each value are divided in the shares; null for all together.</param>
/// <param name="Order"><c>time</c>: the oldest are for training, the newest for testing; null for chance.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SplitRule(
    double Train,
    double Validation,
    double Test,
    long Seed = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? By = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Threshold = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Stratify = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Order = null)
{
    public const string TrainName = "train";
    public const string ValidationName = "validation";
    public const string TestName = "test";
    public const string NearDuplicates = "near_duplicates";

    private const string MetadataPrefix = "metadata.";
    private const string Reference = "reference";
    private const string Time = "time";

    /// <summary>So that shares like a third may be written down.</summary>
    private const double Tolerance = 1e-6;

    public static readonly IReadOnlyList<string> Names = [TrainName, ValidationName, TestName];

    /// <summary>Whether where an item falls depends on the others.</summary>
    [JsonIgnore]
    public bool NeedsAll => IsByNearDuplicates || Stratify is not null || IsByTime;

    [JsonIgnore]
    public bool IsByNearDuplicates => By == NearDuplicates;

    [JsonIgnore]
    public bool IsByTime => Order == Time;

    /// <summary>Likeness of near duplicates.</summary>
    [JsonIgnore]
    public double Likeness => Threshold ?? NearDuplicateIndex.DefaultThreshold;

    /// <exception cref="ApiException">A field is out of range (400).</exception>
    public void Check()
    {
        if (Train is not (>= 0 and <= 1) || Validation is not (>= 0 and <= 1) || Test is not (>= 0 and <= 1)
            || Math.Abs(Train + Validation + Test - 1) > Tolerance)
        {
            throw new ApiException(ApiErrors.BadRequest("Invalid 'split': 'train', 'validation' and 'test' are shares from 0 to 1 that add up to 1.", "split"));
        }

        if (By is not (null or "input" or "episode" or "user" or NearDuplicates) && !IsMetadata(By))
        {
            throw Bad("expected 'input', 'episode', 'user', 'near_duplicates' or 'metadata.<key>'.", "by");
        }

        if (Threshold is { } threshold)
        {
            ComparedText.CheckThreshold(threshold, "split.threshold");
            if (!IsByNearDuplicates)
            {
                throw Bad("it belongs to 'by': 'near_duplicates'.", "threshold");
            }
        }

        if (Stratify is not (null or Reference) && !IsMetadata(Stratify))
        {
            throw Bad("expected 'reference' or 'metadata.<key>'.", "stratify");
        }

        if (Order is not (null or Time))
        {
            throw Bad("expected 'time'.", "order");
        }
    }

    /// <summary>The split of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="inputHash">Of its input.</param>
    public string Of(ItemDraft item, ReadOnlySpan<byte> inputHash) => Of(GroupOf(item, inputHash));

    /// <summary>The split of a group by itself.</summary>
    public string Of(string group)
    {
        var share = (OrderOf(group) >> 11) / (double)(1UL << 53);
        return share < Train ? TrainName : share < Train + Validation ? ValidationName : TestName;
    }

    /// <summary>The place of a group among others, by chance and the seed.</summary>
    public ulong OrderOf(string group) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed}:{group}")));

    /// <summary>What an item falls with.</summary>
    public string GroupOf(ItemDraft item, ReadOnlySpan<byte> inputHash) => (By switch
    {
        null or "input" or NearDuplicates => null,
        "episode" => item.EpisodeId,
        "user" => item.EndUser ?? ValueOf(item, "metadata.user"),
        _ => ValueOf(item, By),
    }) ?? Convert.ToHexStringLower(inputHash);

    /// <summary>The value that tells an item's stratum; null for none.</summary>
    public string? StratumOf(ItemDraft item) => Stratify switch
    {
        null => null,
        Reference => item.Reference?.ToString(),
        _ => ValueOf(item, Stratify),
    };

    private static bool IsMetadata(string name) => name.StartsWith(MetadataPrefix, StringComparison.Ordinal) && name.Length > MetadataPrefix.Length;

    private static string? ValueOf(ItemDraft item, string name) =>
        item.Metadata is { ValueKind: JsonValueKind.Object } metadata && metadata.TryGetProperty(name[MetadataPrefix.Length..], out var value)
        && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;

    private static ApiException Bad(string message, string member) => new(ApiErrors.BadRequest($"Invalid 'split.{member}': {message}", $"split.{member}"));
}
