using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Background;

/// <summary>Headers that mean something to the call itself and so are kept with its request; credentials are none of them.</summary>
internal static class CarriedHeaders
{
    private const string MetadataPrefix = "x-llmgateway-metadata-";

    private static readonly FrozenSet<string> Names = new[]
    {
        "Cache-Control", "Idempotency-Key", "OpenAI-Beta", "OpenAI-Organization", "OpenAI-Project", "User-Agent",
        "x-llmgateway-cache-namespace", "x-llmgateway-episode-id", "x-llmgateway-prompt-variables", "x-local-fault",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <returns>A JSON object; null where there are none.</returns>
    public static string? Write(IHeaderDictionary headers)
    {
        var carried = headers
            .Where(header => Names.Contains(header.Key) || header.Key.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key, header => header.Value.ToString());
        return carried.Count == 0 ? null : JsonSerializer.Serialize(carried, GatewayJsonContext.Default.DictionaryStringString);
    }

    public static Dictionary<string, string>? Read(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, GatewayJsonContext.Default.DictionaryStringString);
}
