using System.Globalization;
using System.IO.Hashing;
using System.Text;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Experiments;

/// <summary>A running experiment as requests see it.</summary>
internal sealed class ActiveExperiment
{
    /// <summary>Bytes of a unit's name that need no room of their own.</summary>
    private const int StackBytes = 512;

    private readonly long _seed;
    private readonly Arm[] _arms;

    /// <param name="id">Its id.</param>
    /// <param name="stage">Its stage.</param>
    /// <param name="unit">One of <see cref="ExperimentUnit"/>.</param>
    /// <param name="variants">The variants in their order, the control first, with their shares and changes.</param>
    public ActiveExperiment(string id, int stage, string unit, IReadOnlyList<(string Name, double Weight, VariantChange? Change)> variants)
    {
        (Id, Stage, ByUser) = (id, stage, unit == ExperimentUnit.User);
        _seed = (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(id));

        // Treatments from 0 upwards and the control last: a treatment that grows keeps what it has, and takes from the control.
        var end = 0.0;
        _arms =
        [
            .. variants.Skip(1).Append(variants[0]).Where(variant => variant.Weight > 0)
                .Select(variant => new Arm(variant.Name, end += variant.Weight, variant.Change)),
        ];
    }

    public string Id { get; }

    public int Stage { get; }

    public bool ByUser { get; }

    /// <summary>Whether every variant can be made to such calls: what cannot have one of them has none.</summary>
    public bool Fits(Operation operation) => Array.TrueForAll(_arms, arm => arm.Change?.Fits(operation) != false);

    /// <summary>The variant of a call, which is that of its unit's other calls.</summary>
    public (InferenceExposure Exposure, VariantChange? Change) Assign(InferenceCall call)
    {
        var hash = Hash((ByUser ? call.Scan.EndUser : null) ?? call.EpisodeId ?? call.Id.ToString());
        var arm = Find(hash);
        return (new InferenceExposure(Id, arm.Name, Stage, hash.ToString("x16", CultureInfo.InvariantCulture)), arm.Change);
    }

    /// <summary>The variant of a unit by its name.</summary>
    public string VariantOf(string unit) => Find(Hash(unit)).Name;

    private Arm Find(ulong hash)
    {
        // The hash's upper bits; its lowest one tells halves apart and must not go with the variant.
        var point = (hash >> 11) / (double)(1UL << 53);
        foreach (var arm in _arms)
        {
            if (point < arm.End)
            {
                return arm;
            }
        }

        // Shares add up to 1 but for rounding.
        return _arms[^1];
    }

    /// <summary>Seeded by the experiment, so that units are mixed anew for each.</summary>
    private ulong Hash(string unit)
    {
        var count = Encoding.UTF8.GetByteCount(unit);
        var bytes = count <= StackBytes ? stackalloc byte[StackBytes] : new byte[count];
        return XxHash3.HashToUInt64(bytes[..Encoding.UTF8.GetBytes(unit, bytes)], _seed);
    }

    private sealed record Arm(string Name, double End, VariantChange? Change);
}
