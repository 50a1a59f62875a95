using LlmGateway.Gateway.Pricing;

namespace LlmGateway.Gateway.Caching;

/// <summary>
/// A cached answer as bytes that another process reads, perhaps of another version: the first byte tells the layout, and
/// what cannot be read is no answer. Times are Unix milliseconds.
/// </summary>
internal static class CachedAnswerCodec
{
    private const byte Layout = 1;
    private const int RoomForFacts = 256;

    public static byte[] Write(CachedAnswer answer)
    {
        using var stream = new MemoryStream(answer.Json.Length + RoomForFacts);
        using var writer = new BinaryWriter(stream);
        writer.Write(Layout);
        writer.Write(answer.StoredAt.ToUnixTimeMilliseconds());
        writer.Write(answer.ExpiresAt.ToUnixTimeMilliseconds());
        writer.Write(answer.Provider);
        writer.Write(answer.Model);
        Write(writer, answer.BodyId);
        Write(writer, answer.FinishReason);
        Write(writer, answer.Usage.Input);
        Write(writer, answer.Usage.Output);
        Write(writer, answer.Usage.CachedInput);
        Write(writer, answer.Usage.Reasoning);
        writer.Write(answer.UsageEstimated);
        writer.Write(answer.Json.Length);
        writer.Write(answer.Json);
        return stream.ToArray();
    }

    /// <returns>Null when the bytes are of another layout, cut off or no answer at all.</returns>
    public static CachedAnswer? Read(byte[] value)
    {
        using var stream = new MemoryStream(value, writable: false);
        using var reader = new BinaryReader(stream);
        try
        {
            return reader.ReadByte() == Layout ? ReadAnswer(reader) : null;
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static CachedAnswer? ReadAnswer(BinaryReader reader)
    {
        var storedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
        var (provider, model) = (reader.ReadString(), reader.ReadString());
        var (bodyId, finishReason) = (ReadText(reader), ReadText(reader));
        var usage = new TokenCounts(ReadNumber(reader), ReadNumber(reader), ReadNumber(reader), ReadNumber(reader));
        var estimated = reader.ReadBoolean();
        return reader.ReadInt32() == reader.BaseStream.Length - reader.BaseStream.Position
            ? new CachedAnswer(
                reader.ReadBytes((int)(reader.BaseStream.Length - reader.BaseStream.Position)),
                provider, model, bodyId, finishReason, usage, estimated, storedAt, expiresAt)
            : null;
    }

    private static void Write(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        if (text is not null)
        {
            writer.Write(text);
        }
    }

    private static void Write(BinaryWriter writer, long? number)
    {
        writer.Write(number.HasValue);
        if (number is { } value)
        {
            writer.Write(value);
        }
    }

    private static string? ReadText(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    private static long? ReadNumber(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadInt64() : null;
}
