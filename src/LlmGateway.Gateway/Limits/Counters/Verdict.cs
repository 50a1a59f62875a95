namespace LlmGateway.Gateway.Limits.Counters;

/// <summary>What became of a reservation.</summary>
internal enum Verdict
{
    /// <summary>All of it is set aside.</summary>
    Reserved,

    /// <summary>A limit has no room; nothing is set aside.</summary>
    Refused,

    /// <summary>A counter whose totals are kept must be read first; nothing is set aside.</summary>
    Missing,

    /// <summary>The counters do not answer; whether something is set aside is not known.</summary>
    Away,
}
