using System.Text.Json;

namespace LlmGateway.TestKit.Upstream;

/// <summary>A request understood: which API, and what of it shapes the answer.</summary>
internal sealed record UpstreamCall(UpstreamApi Api, JsonElement Body, UpstreamScript Script, string RawBody)
{
    public string Model => Body.TryGetProperty("model", out var model) ? model.GetString() ?? "" : "gpt-4o-mini";

    public bool Streamed => Body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True;

    public string Text => Script.Echo ? RawBody : Script.Say?.Invoke(Body) ?? Script.Text;

    /// <summary>A response's id, its own: conversations are continued by it.</summary>
    public string ResponseId { get; } = $"resp_{Guid.CreateVersion7():N}";

    public bool UsageInPlain => Script.Usage != UpstreamUsage.Never;

    /// <summary>Usage was asked for by <c>stream_options</c>.</summary>
    public bool UsageAsked => Body.TryGetProperty("stream_options", out var options)
        && options.ValueKind == JsonValueKind.Object
        && options.TryGetProperty("include_usage", out var include)
        && include.ValueKind == JsonValueKind.True;

    public bool UsageInStream => Script.Usage == UpstreamUsage.Always || (UsageAsked && UsageInPlain);

    /// <summary>Null when the path or the method is not one that the server knows.</summary>
    public static UpstreamCall? Read(UpstreamRequest request, UpstreamScript script)
    {
        var path = request.Path.Split('?')[0];
        UpstreamApi? api = request.Method switch
        {
            "GET" when path.EndsWith("/models", StringComparison.Ordinal) => UpstreamApi.Models,
            "POST" when path.EndsWith("/chat/completions", StringComparison.Ordinal) => UpstreamApi.Chat,
            "POST" when path.EndsWith("/completions", StringComparison.Ordinal) => UpstreamApi.Completions,
            "POST" when path.EndsWith("/responses", StringComparison.Ordinal) => UpstreamApi.Responses,
            "POST" when path.EndsWith("/embeddings", StringComparison.Ordinal) => UpstreamApi.Embeddings,
            _ => null,
        };
        if (api is null)
        {
            return null;
        }

        var body = request.Body.Length > 0 ? request.Json : JsonElement.Parse("{}"u8);
        return new UpstreamCall(api.Value, body, script, request.BodyText);
    }
}

internal enum UpstreamApi
{
    Chat,
    Completions,
    Responses,
    Embeddings,
    Models,
}
