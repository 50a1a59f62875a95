using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace LlmGateway.Gateway.Limits;

/// <summary>What a counter is for.</summary>
/// <param name="LimitId">The limit.</param>
/// <param name="ProjectId">The project of the calls.</param>
/// <param name="Subject">Whose calls: the project's id, a key's, an end user, a value of metadata.</param>
internal readonly record struct CounterKey(string LimitId, string ProjectId, string Subject)
{
    public const int MaxSubjectLength = 300;
    private const int KeptOfLong = 256;

    /// <summary>A subject that callers wrote, bounded: what is longer keeps its beginning and is told apart by its hash.</summary>
    public static string Bound(string subject) => subject.Length <= KeptOfLong
        ? subject
        : string.Create(CultureInfo.InvariantCulture, $"{subject.AsSpan(0, KeptOfLong)}#{Hash(subject):x32}");

    public static UInt128 Hash(string subject) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(subject));
}
