using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace LlmGateway.Gateway;

/// <summary>
/// The options in force. A change of the configuration that does not hold together is refused with its reasons, and
/// the old options stay: an options monitor would throw at every later reading instead.
/// </summary>
public sealed partial class GatewaySettings : IDisposable
{
    private readonly IOptionsFactory<GatewayOptions> _factory;
    private readonly ILogger<GatewaySettings> _logger;
    private readonly IDisposable _subscription;

    public GatewaySettings(IOptionsFactory<GatewayOptions> factory, IConfiguration configuration, ILogger<GatewaySettings> logger)
    {
        _factory = factory;
        _logger = logger;
        Current = factory.Create(Options.DefaultName);
        _subscription = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public GatewayOptions Current { get; private set; }

    /// <summary>Raised after <see cref="Current"/> changed.</summary>
    public event Action? Changed;

    public void Dispose() => _subscription.Dispose();

    private void Reload()
    {
        try
        {
            Current = _factory.Create(Options.DefaultName);
            Changed?.Invoke();
            LogReloaded(Current.Providers.Count, Current.Routes.Count);
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
        {
            LogRefused(exception is OptionsValidationException invalid ? string.Join(" ", invalid.Failures) : exception.Message);
        }
    }

    [LoggerMessage(1200, LogLevel.Debug, "Configuration read: {Providers} providers, {Routes} aliases")]
    private partial void LogReloaded(int providers, int routes);

    [LoggerMessage(1202, LogLevel.Error, "The changed configuration is refused and the old one stays: {Reasons}")]
    private partial void LogRefused(string reasons);
}
