using System.Security.Cryptography;
using System.Text;

namespace LlmGateway.Datasets.Annotations.Items;

/// <summary>
/// The order in which a pair's outputs are shown, by a hash of the queue and of the pair: people favour a place, and in half of the
/// pairs it is the other output's. It is the same whenever it is asked for, so that results can tell it.
/// </summary>
internal static class PairOrder
{
    /// <summary>The pair as it is shown.</summary>
    public static AnnotationDraft Of(string queue, AnnotationDraft pair) =>
        IsSwapped(queue, pair.SourceId) ? pair with { Output = pair.OtherOutput, OtherOutput = pair.Output } : pair;

    /// <summary>Whether the source's second output is shown first.</summary>
    public static bool IsSwapped(string queue, string sourceId) => (SHA256.HashData(Encoding.UTF8.GetBytes($"{queue}:{sourceId}"))[0] & 1) == 1;
}
