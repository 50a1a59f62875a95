using System.Security.Cryptography;
using System.Text.Json;

namespace LlmGateway.Gateway.Configuration;

/// <summary>
/// A name for what the gateway's options say, from wherever they were read: equal options have equal versions, on each replica
/// and after each start.
/// </summary>
internal static class ConfigurationVersion
{
    /// <summary>Hexadecimal characters: 48 bits tell the versions of one system apart.</summary>
    private const int Length = 12;

    public static string Of(GatewayOptions options) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(options)))[..Length];
}
