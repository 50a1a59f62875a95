using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace LlmGateway.TestKit.Telemetry;

/// <summary>A protobuf message read without its schema: field numbers and their values, in order.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, byte[] Bytes)> _nested = [];
    private string? _scalar;

    public static ProtobufMessage Parse(byte[] bytes)
    {
        var message = new ProtobufMessage();
        var input = new CodedInputStream(bytes);
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            message.Read(input, tag);
        }

        return message;
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => Of(field).Select(Parse);

    public string Text(int field) => Of(field).FirstOrDefault() is { } bytes ? Encoding.UTF8.GetString(bytes) : "";

    public string Hex(int field) => Of(field).FirstOrDefault() is { } bytes ? Convert.ToHexStringLower(bytes) : "";

    /// <summary>Of OTLP's <c>AnyValue</c>: its one scalar as text, or those of its array with commas between.</summary>
    public string Value => _scalar
        ?? (Of(5).Any() ? string.Join(',', Messages(5).SelectMany(array => array.Messages(1)).Select(item => item.Value)) : Text(1));

    private IEnumerable<byte[]> Of(int field) => _nested.Where(item => item.Field == field).Select(item => item.Bytes);

    private void Read(CodedInputStream input, uint tag)
    {
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.LengthDelimited:
                _nested.Add((WireFormat.GetTagFieldNumber(tag), input.ReadBytes().ToByteArray()));
                break;
            case WireFormat.WireType.Varint:
                _scalar = input.ReadInt64().ToString(CultureInfo.InvariantCulture);
                break;
            case WireFormat.WireType.Fixed64:
                _scalar = BitConverter.UInt64BitsToDouble(input.ReadFixed64()).ToString(CultureInfo.InvariantCulture);
                break;
            default:
                input.SkipLastField();
                break;
        }
    }
}
