using System.Globalization;
using System.Text;

namespace LlmGateway.Benchmarks.Gateway.Load;

/// <summary>
/// A whole HTTP request, made once. Each connection has a copy, in which it changes only a counter of ten digits, so
/// that no two requests are the same; for cache hits it leaves the counter alone.
/// </summary>
internal sealed class LoadRequest
{
    private const int CounterDigits = 10;
    private readonly byte[] _bytes;
    private readonly int _counterAt;
    private readonly bool _same;

    private LoadRequest(byte[] bytes, bool same)
    {
        _bytes = bytes;
        _same = same;
        _counterAt = bytes.AsSpan().IndexOf("0000000000"u8);
    }

    /// <param name="bodyBytes">Size of the JSON body.</param>
    /// <param name="streamed">Ask for a stream.</param>
    /// <param name="cached">The same request each time, open to the cache; otherwise each is another and asks for a fresh answer.</param>
    /// <param name="stored">Whether a fresh answer may be kept in the cache.</param>
    /// <param name="key">The caller's; null for the administrator's.</param>
    /// <param name="model">Whom it asks.</param>
    public static LoadRequest Chat(int bodyBytes, bool streamed = false, bool cached = false, bool stored = true, string? key = null, string model = "bench/fixed")
    {
        var stream = streamed ? "\"stream\":true," : "";
        var head = $$"""{"model":"{{model}}",{{stream}}"temperature":0,"messages":[{"role":"user","content":"0000000000 """;
        const string Tail = "\"}]}";
        var body = head + new string('y', bodyBytes - head.Length - Tail.Length) + Tail;
        return Of(body, key ?? Servers.GatewayServer.AdminKey, Control(cached, stored), cached);
    }

    /// <param name="body">JSON, in ASCII, with ten zeros where the counter goes.</param>
    /// <param name="cached">As above.</param>
    /// <param name="stored">As above.</param>
    public static LoadRequest Of(string body, bool cached = false, bool stored = true) =>
        Of(body, Servers.GatewayServer.AdminKey, Control(cached, stored), cached);

    /// <summary>Requests of one caller, each with a number of its own and all open to the cache.</summary>
    /// <param name="key">The caller's.</param>
    /// <param name="model">Whom it asks.</param>
    /// <param name="content">What stands behind the number.</param>
    /// <param name="streamed">Ask for a stream.</param>
    public static LoadRequest Numbered(string key, string model, string content, bool streamed = false)
    {
        var stream = streamed ? "\"stream\":true," : "";
        return Of($$"""{"model":"{{model}}",{{stream}}"temperature":0,"messages":[{"role":"user","content":"0000000000 {{content}}"}]}""", key, "", same: false);
    }

    private static string Control(bool cached, bool stored) =>
        cached ? "" : stored ? "Cache-Control: no-cache\r\n" : "Cache-Control: no-store\r\n";

    private static LoadRequest Of(string body, string key, string control, bool same)
    {
        var text = "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + $"Authorization: Bearer {key}\r\n{control}"
            + string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n{body}");
        return new LoadRequest(Encoding.ASCII.GetBytes(text), same);
    }

    public byte[] Copy() => [.. _bytes];

    public void Number(byte[] copy, long number)
    {
        if (!_same)
        {
            number.TryFormat(copy.AsSpan(_counterAt, CounterDigits), out _, "D10", CultureInfo.InvariantCulture);
        }
    }
}
