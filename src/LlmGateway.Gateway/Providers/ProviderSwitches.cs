using System.Collections.Frozen;
using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Gateway.Providers;

/// <summary>
/// This gateway's copy of which providers are out of service. Such a one is asked by no call, not even where nothing else is left,
/// and not again by a call that it failed.
/// </summary>
internal sealed partial class ProviderSwitches(IServiceScopeFactory scopes, ILogger<ProviderSwitches> logger)
    : SettingsDirectory(SettingsKinds.Providers, scopes, logger)
{
    /// <summary>Why a deployment was passed over, and the code of the error where nothing else was left.</summary>
    public const string Disabled = "provider_disabled";

    private volatile FrozenDictionary<string, DisabledProvider> _disabled = FrozenDictionary<string, DisabledProvider>.Empty;

    public bool IsDisabled(string provider) => _disabled is { Count: > 0 } disabled && disabled.ContainsKey(provider);

    /// <summary>Since when, and why; null for one that is in service.</summary>
    public DisabledProvider? Find(string provider) => _disabled.GetValueOrDefault(provider);

    /// <summary>What a caller is told whose call could go nowhere else.</summary>
    /// <param name="providers">The disabled ones that it could have gone to.</param>
    /// <param name="param">The request's member that names them.</param>
    public static ApiError Refusal(IReadOnlyCollection<string> providers, string? param) => new(
        StatusCodes.Status503ServiceUnavailable, Disabled,
        $"An operator has disabled {(providers.Count == 1 ? "the provider" : "the providers")} {string.Join(", ", providers.Select(name => $"'{name}'"))}, and this request may go to no other. "
        + $"Name another model, or have it enabled with POST /v1/providers/{providers.First()} {{\"enabled\": true}}.",
        param);

    protected override async Task LoadAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        var (before, rows) = (_disabled, await context.DisabledProviders.AsNoTracking().ToListAsync(cancellationToken));
        var now = rows.ToFrozenDictionary(row => row.Name, StringComparer.Ordinal);
        _disabled = now;
        foreach (var name in now.Keys.Except(before.Keys, StringComparer.Ordinal))
        {
            LogDisabled(name);
        }

        foreach (var name in before.Keys.Except(now.Keys, StringComparer.Ordinal))
        {
            LogEnabled(name);
        }
    }

    [LoggerMessage(1251, LogLevel.Warning, "The provider {Provider} is disabled by an operator: no call goes to it")]
    private partial void LogDisabled(string provider);

    [LoggerMessage(1252, LogLevel.Information, "The provider {Provider} is enabled again")]
    private partial void LogEnabled(string provider);
}
