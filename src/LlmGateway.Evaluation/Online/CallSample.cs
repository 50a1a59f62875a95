using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LlmGateway.Evaluation.Online;

/// <summary>
/// Draws calls by a hash of the rule's and the call's id: whenever and however often a call is looked at, it is drawn or it is not.
/// A call that is drawn at one rate is drawn at every higher one.
/// </summary>
internal static class CallSample
{
    /// <summary>The call's number from 0 to below 1; it is drawn where that is below the rate.</summary>
    public static double NumberOf(string rule, Guid call) =>
        (BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{rule}:{call:N}"))) >> 11) / (double)(1UL << 53);
}
