using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace LlmGateway.Service;

/// <summary>
/// The short-lived token by which services trust one another: <c>lgt_&lt;claims&gt;.&lt;HMAC-SHA256&gt;</c>, both base64url.
/// It names the audience, the project, the key and the scopes, and lives for <see cref="Lifetime"/>.
/// </summary>
public sealed class InternalToken(IOptions<ServiceOptions> options, TimeProvider time)
{
    /// <summary>How the token begins, which tells it from an API key.</summary>
    public const string Prefix = "lgt_";

    /// <summary>60 seconds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private static readonly Caller Service = new(Caller.DefaultProject, null, Scopes.Internal, "service");
    private readonly ConcurrentDictionary<string, OwnToken> _own = new(StringComparer.Ordinal);
    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.InternalKey);

    /// <summary>Makes a token that speaks for a caller.</summary>
    /// <param name="audience">The service that it is for, one of <see cref="ServiceNames"/>; no other takes it.</param>
    /// <param name="caller">Who is calling.</param>
    public string Issue(string audience, Caller caller)
    {
        var expires = time.GetUtcNow().Add(Lifetime).ToUnixTimeSeconds();
        var claims = new TokenClaims(audience, caller.ProjectId, caller.KeyId, (int)caller.Scopes, caller.Purpose, expires);
        var payload = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, TokenJsonContext.Default.TokenClaims));
        return $"{Prefix}{payload}.{Base64Url.EncodeToString(Sign(payload))}";
    }

    /// <summary>A token for a service's own work. Made anew at half its life, so that a call costs no signature.</summary>
    public string IssueForService(string audience)
    {
        if (_own.TryGetValue(audience, out var cached) && cached.Renew > time.GetUtcNow())
        {
            return cached.Token;
        }

        var token = Issue(audience, Service);
        _own[audience] = new OwnToken(token, time.GetUtcNow() + (Lifetime / 2));
        return token;
    }

    /// <summary>The caller that a token names, or null if it is forged, expired or for another service.</summary>
    public Caller? Validate(string token, IEnumerable<string> audiences)
    {
        var dot = token.LastIndexOf('.');
        if (!token.StartsWith(Prefix, StringComparison.Ordinal) || dot < 0 || token.Length > 4096)
        {
            return null;
        }

        var payload = token[Prefix.Length..dot];
        Span<byte> signature = stackalloc byte[64];
        if (!Base64Url.IsValid(token.AsSpan(dot + 1), out var length) || length != HMACSHA256.HashSizeInBytes)
        {
            return null;
        }

        Base64Url.DecodeFromChars(token.AsSpan(dot + 1), signature);
        if (!CryptographicOperations.FixedTimeEquals(signature[..length], Sign(payload)))
        {
            return null;
        }

        var claims = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(payload), TokenJsonContext.Default.TokenClaims);
        return claims is not null && audiences.Contains(claims.Audience) && claims.Expires > time.GetUtcNow().ToUnixTimeSeconds()
            ? new Caller(claims.Project, claims.Key, (Scopes)claims.Scopes, claims.Purpose)
            : null;
    }

    private sealed record OwnToken(string Token, DateTimeOffset Renew);

    private byte[] Sign(string payload) => HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(payload));
}

internal sealed record TokenClaims(
    [property: JsonPropertyName("aud")] string Audience,
    [property: JsonPropertyName("prj")] string Project,
    [property: JsonPropertyName("key")] string? Key,
    [property: JsonPropertyName("scp")] int Scopes,
    [property: JsonPropertyName("pur")] string Purpose,
    [property: JsonPropertyName("exp")] long Expires);

[JsonSerializable(typeof(TokenClaims))]
internal sealed partial class TokenJsonContext : JsonSerializerContext;
