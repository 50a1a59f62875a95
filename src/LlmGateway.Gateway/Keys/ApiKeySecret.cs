using System.Security.Cryptography;
using System.Text;

namespace LlmGateway.Gateway.Keys;

/// <summary>
/// A key reads <c>sk-lg-&lt;public id&gt;-&lt;secret&gt;</c>: the id may be logged, the secret (192 random bits) is shown once.
/// </summary>
internal static class ApiKeySecret
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int IdLength = 12;
    private const int SecretLength = 40;

    private const string IdPrefix = "key_";

    public static (string Id, string Key) Create()
    {
        var id = IdPrefix + RandomNumberGenerator.GetString(Alphabet, IdLength);
        return (id, CreateFor(id));
    }

    /// <summary>A new secret under a key's public id.</summary>
    public static string CreateFor(string id) => $"sk-lg-{id.AsSpan(IdPrefix.Length)}-{RandomNumberGenerator.GetString(Alphabet, SecretLength)}";

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
