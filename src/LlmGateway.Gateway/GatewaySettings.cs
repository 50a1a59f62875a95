using LlmGateway.Gateway.Configuration;
using LlmGateway.Gateway.Routes.Stored;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace LlmGateway.Gateway;

/// <summary>
/// The options in force: what the configuration says, and the stored routes beside it. A change of the configuration that does not
/// hold together is refused with its reasons, and the old options stay: an options monitor would throw at every later reading instead.
/// </summary>
public sealed partial class GatewaySettings : IDisposable
{
    private readonly IOptionsFactory<GatewayOptions> _factory;
    private readonly ILogger<GatewaySettings> _logger;
    private readonly TimeProvider _time;
    private readonly IDisposable _subscription;
    private readonly Lock _gate = new();
    private IReadOnlyList<NamedRoute> _stored = [];

    public GatewaySettings(
        IOptionsFactory<GatewayOptions> factory, IConfiguration configuration, TimeProvider time, ILogger<GatewaySettings> logger)
    {
        (_factory, _time, _logger) = (factory, time, logger);
        Configured = factory.Create(Options.DefaultName);
        Routes = JoinedRoutes.Of(Configured, _stored);
        State = new SettingsState(ConfigurationVersion.Of(Current), time.GetUtcNow(), null);
        Warn([]);
        _subscription = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public GatewayOptions Current => Routes.Options;

    /// <summary>What the configuration says by itself.</summary>
    internal GatewayOptions Configured { get; private set; }

    /// <summary>The routes of <see cref="Current"/>, and what is to be said of them.</summary>
    internal JoinedRoutes Routes { get; private set; }

    /// <summary>Which configuration is in force, and what became of the last change.</summary>
    internal SettingsState State { get; private set; }

    /// <summary>What in <see cref="Current"/> has no effect, though it can be.</summary>
    public IReadOnlyList<string> Warnings => Routes.Warnings;

    /// <summary>Raised after <see cref="Current"/> changed.</summary>
    public event Action? Changed;

    public void Dispose() => _subscription.Dispose();

    /// <summary>Puts other stored routes beside the configuration.</summary>
    internal void Store(IReadOnlyList<NamedRoute> routes)
    {
        lock (_gate)
        {
            if (routes.Count + _stored.Count > 0)
            {
                _stored = routes;
                Take(Configured, State.Refused);
            }
        }
    }

    private void Reload()
    {
        lock (_gate)
        {
            try
            {
                Take(_factory.Create(Options.DefaultName), null);
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                var reasons = exception is OptionsValidationException invalid ? string.Join(" ", invalid.Failures) : exception.Message;
                State = State with { Refused = new RefusedChange(_time.GetUtcNow(), reasons) };
                LogRefused(reasons);
            }
        }
    }

    private void Take(GatewayOptions configured, RefusedChange? refused)
    {
        var known = Warnings;
        (Configured, Routes) = (configured, JoinedRoutes.Of(configured, _stored));
        State = new SettingsState(ConfigurationVersion.Of(Current), _time.GetUtcNow(), refused);
        Changed?.Invoke();
        LogReloaded(State.Version, Current.Providers.Count, Current.Routes.Count);
        Warn(known);
    }

    /// <summary>What was said before is not said again.</summary>
    private void Warn(IReadOnlyList<string> known)
    {
        foreach (var warning in Warnings.Except(known, StringComparer.Ordinal))
        {
            LogWarning(warning);
        }
    }

    [LoggerMessage(1203, LogLevel.Warning, "The configuration has something without effect: {Warning}")]
    private partial void LogWarning(string warning);

    [LoggerMessage(1200, LogLevel.Debug, "Configuration {Version} read: {Providers} providers, {Routes} aliases")]
    private partial void LogReloaded(string version, int providers, int routes);

    [LoggerMessage(1202, LogLevel.Error, "The changed configuration is refused and the old one stays: {Reasons}")]
    private partial void LogRefused(string reasons);
}
