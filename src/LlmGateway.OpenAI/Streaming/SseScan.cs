namespace LlmGateway.OpenAI;

/// <summary>How far the search for an event's end has come, so that bytes which trickle in are looked at once.</summary>
internal struct SseScan
{
    private int _lineStart;
    private int _scanned;

    /// <summary>Length of the first whole event, or 0. The bytes must begin where they began at the last call.</summary>
    public int Length(ReadOnlySpan<byte> bytes, bool final)
    {
        while (true)
        {
            var found = bytes[_scanned..].IndexOfAny((byte)'\r', (byte)'\n');
            if (found < 0)
            {
                _scanned = bytes.Length;
                return 0;
            }

            var end = _scanned + found;
            var next = SkipLineEnd(bytes, end, final);
            if (next == 0)
            {
                _scanned = end;
                return 0;
            }

            if (end == _lineStart)
            {
                this = default;
                return next;
            }

            _lineStart = next;
            _scanned = next;
        }
    }

    /// <summary>Position behind the line end at the given position; 0 when it is not sure yet where that is.</summary>
    public static int SkipLineEnd(ReadOnlySpan<byte> bytes, int position, bool final)
    {
        if (bytes[position] == (byte)'\n')
        {
            return position + 1;
        }

        if (position + 1 == bytes.Length)
        {
            return final ? position + 1 : 0;
        }

        return bytes[position + 1] == (byte)'\n' ? position + 2 : position + 1;
    }
}
