using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Service;

/// <summary>Who is calling: made from an API key at the gateway, and from the internal token at the other services.</summary>
/// <param name="ProjectId">The project that owns everything the caller may see.</param>
/// <param name="KeyId">Public id of the API key; null for a service's own work.</param>
/// <param name="Scopes">What the caller may do.</param>
/// <param name="Purpose">Why the call is made: <c>production</c>, or a service's own purpose.</param>
public sealed record Caller(string ProjectId, string? KeyId, Scopes Scopes, string Purpose = Caller.Production)
{
    public const string Production = "production";

    /// <summary>The project that exists from the start.</summary>
    public const string DefaultProject = "proj_default";

    private const string ProjectPrefix = "proj_";
    private const int MaxProjectLength = 64;
    private static readonly SearchValues<char> ProjectLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Whether a text can be a project's id. Which projects there are, the gateway alone knows.</summary>
    public static bool IsProject([NotNullWhen(true)] string? id) =>
        id is { Length: <= MaxProjectLength } && id.StartsWith(ProjectPrefix, StringComparison.Ordinal)
        && id.AsSpan(ProjectPrefix.Length).IndexOfAnyExcept(ProjectLetters) < 0;

    /// <summary>Models the key may call; null for all.</summary>
    public IReadOnlySet<string>? AllowedModels { get; init; }

    private ClaimsPrincipal? _principal;

    /// <summary>The caller as a principal; made once, because a key's caller is kept between requests.</summary>
    public ClaimsPrincipal Principal => _principal ??= new ClaimsPrincipal(new CallerIdentity(this));
}

/// <summary>The identity that carries a <see cref="Caller"/>.</summary>
internal sealed class CallerIdentity(Caller caller) : ClaimsIdentity("llmgateway")
{
    public Caller Caller { get; } = caller;
}

public static class CallerExtensions
{
    /// <summary>The authenticated caller.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is not guarded by a policy.</exception>
    public static Caller Caller(this HttpContext context) =>
        context.FindCaller() ?? throw new InvalidOperationException("The endpoint has no authenticated caller: it needs a policy.");

    /// <summary>The authenticated caller, or null.</summary>
    public static Caller? FindCaller(this HttpContext context) => (context.User.Identity as CallerIdentity)?.Caller;
}
