using System.Collections.Frozen;
using System.Diagnostics;
using LlmGateway.Gateway.Limits;
using LlmGateway.Gateway.Models;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Forwarding;

/// <summary>Which headers cross the gateway: those on these lists, in each direction. Credentials never do.</summary>
internal static class UpstreamHeaders
{
    /// <summary>Marks a request that a gateway sent, so that one configured to call itself does not call for ever.</summary>
    public const string Hop = "x-llmgateway-hop";

    private const string AnthropicVersion = "anthropic-version";

    private static readonly string[] ToUpstream =
        ["Accept", "User-Agent", "OpenAI-Organization", "OpenAI-Project", "OpenAI-Beta", "Idempotency-Key", "x-local-fault"];

    private static readonly string[] ToAnthropic = ["Accept", "User-Agent", "Idempotency-Key", "anthropic-version", "anthropic-beta"];

    private static readonly string[] Handshake =
        ["Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"];

    private static readonly FrozenSet<string> NotToCaller = new[]
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Set-Cookie", "Server", "Date", "Alt-Svc", "Trailer",
        "Upgrade", "WWW-Authenticate", "Proxy-Authenticate", "Strict-Transport-Security", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static void WriteRequest(HttpRequest from, HttpRequestMessage to, Provider provider, InternalToken tokens)
    {
        foreach (var name in provider.Kind == ProviderKind.Anthropic ? ToAnthropic : ToUpstream)
        {
            if (from.Headers.TryGetValue(name, out var value))
            {
                to.Headers.TryAddWithoutValidation(name, (string?[])value!);
            }
        }

        if (provider.Kind == ProviderKind.Anthropic && !to.Headers.Contains(AnthropicVersion))
        {
            to.Headers.TryAddWithoutValidation(AnthropicVersion, provider.AnthropicVersion);
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
        DistributedContextPropagator.Current.Inject(Activity.Current, to, static (request, name, value) =>
            ((HttpRequestMessage)request!).Headers.TryAddWithoutValidation(name, value));
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
        var limited = to.HttpContext.Features.Get<InferenceCall>()?.Limits is not null;
        foreach (var (name, values) in headers)
        {
            if (!NotToCaller.Contains(name) && !name.StartsWith("x-llmgateway-", StringComparison.OrdinalIgnoreCase)
                && !(limited && name.StartsWith(LimitHeaders.ProvidersPrefix, StringComparison.OrdinalIgnoreCase)))
            {
                to.Headers[name] = values.Count == 1 ? values.ToString() : values.ToArray();
            }
        }
    }
}
