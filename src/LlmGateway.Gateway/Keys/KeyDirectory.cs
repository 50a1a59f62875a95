using System.Linq.Expressions;
using System.Security.Cryptography;
using System.Text;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Gateway.Keys;

/// <summary>
/// Finds the caller behind a key without a database on the way. A revoked key stops at once where the broadcast arrives, and within
/// <see cref="KnownCallers{TKey}.CacheTime"/> in any case.
/// </summary>
internal sealed class KeyDirectory
{
    private const int MaxKeyLength = 256;

    private readonly IServiceScopeFactory _scopes;
    private readonly AdminKey _admin;
    private readonly byte[] _adminHash;
    private readonly KnownCallers<KeyHash> _byHash;
    private readonly KnownCallers<string> _byId;

    public KeyDirectory(IServiceScopeFactory scopes, AdminKey admin, TimeProvider time)
    {
        (_scopes, _admin) = (scopes, admin);
        _adminHash = ApiKeySecret.Hash(admin.Value);
        _byHash = new KnownCallers<KeyHash>(LoadByHashAsync, time);
        _byId = new KnownCallers<string>((id, token) => LoadAsync(key => key.Id == id, key => key.ExpiresAt, token), time);
    }

    public ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (key.Length is 0 or > MaxKeyLength)
        {
            return ValueTask.FromResult<Caller?>(null);
        }

        Span<byte> text = stackalloc byte[MaxKeyLength * 3];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(key, text)], digest);
        return CryptographicOperations.FixedTimeEquals(digest, _adminHash)
            ? ValueTask.FromResult<Caller?>(_admin.Caller)
            : _byHash.FindAsync(KeyHash.Of(digest), cancellationToken);
    }

    /// <summary>
    /// A caller in whose name a service works, as its key stands by now: the work of a revoked key ends, and that of a key which is
    /// limited to some models keeps to them.
    /// </summary>
    public async ValueTask<Caller?> ConfirmAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (caller.KeyId == _admin.Caller.KeyId)
        {
            return caller;
        }

        return await _byId.FindAsync(caller.KeyId!, cancellationToken) is { } known && known.ProjectId == caller.ProjectId
            ? caller with { AllowedModels = known.AllowedModels }
            : null;
    }

    /// <summary>Forgets a key that was revoked or changed.</summary>
    public void Forget(string keyId)
    {
        _byHash.Forget(keyId);
        _byId.Forget(keyId);
    }

    private Task<(Caller, long?)?> LoadByHashAsync(KeyHash hash, CancellationToken cancellationToken)
    {
        var digest = hash.ToArray();
        return LoadAsync(key => key.Hash == digest || key.PreviousHash == digest, key => key.UsableUntil(digest), cancellationToken);
    }

    private async Task<(Caller, long?)?> LoadAsync(
        Expression<Func<ApiKey, bool>> which, Func<ApiKey, long?> until, CancellationToken cancellationToken)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var row = await scope.ServiceProvider.GetRequiredService<GatewayDbContext>().ApiKeys.AsNoTracking().SingleOrDefaultAsync(which, cancellationToken);

        // One that has expired is known with its end: it can be given another one, and must be found then to be forgotten.
        return row is { RevokedAt: null } ? (row.ToCaller(), until(row)) : null;
    }
}
