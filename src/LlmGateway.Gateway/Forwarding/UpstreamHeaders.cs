using System.Collections.Frozen;
using LlmGateway.Gateway.Models;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>Which headers cross the gateway: those on these lists, in each direction. Credentials never do.</summary>
internal static class UpstreamHeaders
{
    /// <summary>Marks a request that a gateway sent, so that one configured to call itself does not call for ever.</summary>
    public const string Hop = "x-llmgateway-hop";

    private static readonly string[] ToUpstream =
        ["Accept", "User-Agent", "OpenAI-Organization", "OpenAI-Project", "OpenAI-Beta", "Idempotency-Key", "x-local-fault"];

    private static readonly string[] Handshake =
        ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"];

    private static readonly FrozenSet<string> NotToCaller = new[]
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Set-Cookie", "Server", "Date", "Alt-Svc", "Trailer",
        "Upgrade", "WWW-Authenticate", "Proxy-Authenticate", "Strict-Transport-Security", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static void WriteRequest(HttpRequest from, HttpRequestMessage to, Provider provider, InternalToken tokens)
    {
        foreach (var name in ToUpstream)
        {
            if (from.Headers.TryGetValue(name, out var value))
            {
                to.Headers.TryAddWithoutValidation(name, (string?[])value!);
            }
        }

        // A compressed answer could not be read on its way through.
        to.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        to.Headers.TryAddWithoutValidation(Hop, "1");
        if (to.Content is { } content)
        {
            if (from.ContentType is { } type)
            {
                content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            if (from.ContentLength is { } length)
            {
                content.Headers.ContentLength = length;
            }
        }

        ProviderCredentials.Put(to, provider, tokens);
    }

    /// <summary>A WebSocket's handshake. Browsers hide their key among its protocols, where it must stay behind too.</summary>
    public static void WriteHandshake(HttpRequest from, HttpRequestMessage to)
    {
        foreach (var name in Handshake)
        {
            var values = from.Headers.GetCommaSeparatedValues(name).Where(value => !value.StartsWith("openai-insecure-api-key.", StringComparison.Ordinal));
            if (string.Join(", ", values) is { Length: > 0 } value)
            {
                to.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    public static void WriteResponse(HttpResponseMessage from, HttpResponse to)
    {
        to.StatusCode = (int)from.StatusCode;
        Copy(from.Headers.NonValidated, to);
        Copy(from.Content.Headers.NonValidated, to);
    }

    private static void Copy(System.Net.Http.Headers.HttpHeadersNonValidated headers, HttpResponse to)
    {
        foreach (var (name, values) in headers)
        {
            if (!NotToCaller.Contains(name) && !name.StartsWith("x-llmgateway-", StringComparison.OrdinalIgnoreCase))
            {
                to.Headers[name] = values.Count == 1 ? values.ToString() : values.ToArray();
            }
        }
    }
}
