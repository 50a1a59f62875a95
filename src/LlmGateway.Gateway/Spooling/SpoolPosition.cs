namespace LlmGateway.Gateway.Spooling;

/// <summary>A place between two frames.</summary>
/// <param name="Segment">Number of the segment; numbers only grow and are never used again.</param>
/// <param name="Offset">Bytes from the segment's beginning.</param>
internal sealed record SpoolPosition(long Segment, long Offset)
{
    public static readonly SpoolPosition Start = new(0, 0);
}
