using System.Text;

namespace LlmGateway.Benchmarks.Gateway.Servers;

/// <summary>The provider's answers in Anthropic's form, made beforehand where nothing in them changes.</summary>
internal static class MessageAnswers
{
    public static readonly byte[] Start =
    [
        .. Event("message_start", """{"type":"message_start","message":{"id":"msg_bench","type":"message","role":"assistant","model":"fixed","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":200,"output_tokens":1}}}"""),
        .. Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
    ];

    public static readonly byte[] End =
    [
        .. Event("content_block_stop", """{"type":"content_block_stop","index":0}"""),
        .. Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":50}}"""),
        .. Event("message_stop", """{"type":"message_stop"}"""),
    ];

    public static readonly byte[] Plain = Encoding.ASCII.GetBytes(
        $$$"""{"id":"msg_bench","type":"message","role":"assistant","model":"fixed","content":[{"type":"text","text":"{{{new string('x', 800)}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":200,"output_tokens":150}}""");

    public static byte[] Chunk(string text) =>
        Event("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}""");

    private static byte[] Event(string name, string data) => Encoding.ASCII.GetBytes($"event: {name}\ndata: {data}\n\n");
}
