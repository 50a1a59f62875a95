namespace LlmGateway.Contracts.Gateway;

/// <summary>What stands at the beginning of some bytes.</summary>
public enum FrameRead
{
    /// <summary>A whole frame whose checksum is right.</summary>
    Whole,

    /// <summary>The beginning of a frame, or nothing: more bytes are needed.</summary>
    NeedMore,

    /// <summary>No frame: an impossible length, a wrong checksum or an unreadable record.</summary>
    Corrupt,
}
