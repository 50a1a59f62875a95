using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Service;

/// <summary>Finds the caller behind an API key. The gateway has one; services behind it have none.</summary>
public delegate ValueTask<Caller?> FindCallerByKey(string key, CancellationToken cancellationToken);

/// <summary>
/// What a caller that an internal token names may do by now: null if its key was revoked, else with the key's models. The gateway
/// knows; elsewhere a token is taken for the minute that it lives.
/// </summary>
public delegate ValueTask<Caller?> ConfirmCaller(Caller caller, CancellationToken cancellationToken);

/// <summary>Accepts an internal token everywhere, and an API key where a <see cref="FindCallerByKey"/> is registered.</summary>
internal sealed class CallerAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    InternalToken tokens,
    IEnumerable<TokenAudience> audiences,
    IServiceProvider services) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    internal const string SchemeName = "llmgateway";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ReadCredential(Request) is not { Length: > 0 } credential)
        {
            return AuthenticateResult.NoResult();
        }

        var caller = credential.StartsWith(InternalToken.Prefix, StringComparison.Ordinal)
            ? await ConfirmAsync(tokens.Validate(credential, audiences.Select(audience => audience.Name)))
            : await FindByKeyAsync(credential);
        return caller is null
            ? AuthenticateResult.Fail("unknown credential")
            : AuthenticateResult.Success(new AuthenticationTicket(caller.Principal, SchemeName));
    }

    private ValueTask<Caller?> ConfirmAsync(Caller? caller) => caller?.KeyId is not null && services.GetService<ConfirmCaller>() is { } confirm
        ? confirm(caller, Context.RequestAborted)
        : ValueTask.FromResult(caller);

    private ValueTask<Caller?> FindByKeyAsync(string key) =>
        services.GetService<FindCallerByKey>() is { } find ? find(key, Context.RequestAborted) : ValueTask.FromResult<Caller?>(null);

    /// <summary>The SDKs' own places for a key: OpenAI's, Azure's, Anthropic's and Google's.</summary>
    internal static string? ReadCredential(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return authorization[7..].Trim();
        }

        return request.Headers.TryGetValue("api-key", out var azure) ? azure.ToString()
            : request.Headers.TryGetValue("x-api-key", out var anthropic) ? anthropic.ToString()
            : request.Headers.TryGetValue("x-goog-api-key", out var google) ? google.ToString()
            : null;
    }
}

/// <summary>Refusals in OpenAI's error form.</summary>
internal sealed class OpenAIAuthorizationResultHandler : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            return next(context);
        }

        var error = authorizeResult.Forbidden
            ? ApiErrors.InsufficientScope(policy)
            : CallerAuthenticationHandler.ReadCredential(context.Request) is { Length: > 0 }
                ? ApiErrors.InvalidApiKey()
                : ApiErrors.MissingApiKey();
        return error.ExecuteAsync(context);
    }
}

public static class CallerAuthenticationRegistration
{
    /// <summary>Authentication by internal token or API key, and the four policies.</summary>
    public static IServiceCollection AddCallerAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<InternalToken>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, OpenAIAuthorizationResultHandler>();
        services.AddAuthentication(CallerAuthenticationHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, CallerAuthenticationHandler>(CallerAuthenticationHandler.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Inference, policy => policy.AddRequirements(new ScopeRequirement(Scopes.Inference)))
            .AddPolicy(Policies.Data, policy => policy.AddRequirements(new ScopeRequirement(Scopes.Data)))
            .AddPolicy(Policies.Admin, policy => policy.AddRequirements(new ScopeRequirement(Scopes.Admin)))
            .AddPolicy(Policies.Internal, policy => policy.AddRequirements(new ScopeRequirement(Scopes.Internal)));
        services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        return services;
    }
}

internal sealed record ScopeRequirement(Scopes Scope) : IAuthorizationRequirement;

internal sealed class ScopeHandler : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (context.User.Identity is CallerIdentity identity && (identity.Caller.Scopes & requirement.Scope) == requirement.Scope)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
