using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmGateway.Service;

/// <summary>What must be well before a process takes requests. It waits for what may still come, and throws for what never will.</summary>
public interface IStartCheck
{
    /// <exception cref="InvalidOperationException">The start is to stop with this message, which names the key at fault.</exception>
    Task RunAsync(CancellationToken cancellationToken);
}

public static class StartCheckRegistration
{
    public static void AddStartCheck(this IServiceCollection services, Func<IServiceProvider, IStartCheck> make)
    {
        services.AddSingleton(make);
        if (services.All(service => service.ServiceType != typeof(StartChecks)))
        {
            services.AddSingleton<StartChecks>();
            services.AddHostedService(provider => provider.GetRequiredService<StartChecks>());
        }
    }
}

/// <summary>
/// Runs the checks, once: <see cref="HostStart"/> before the host, which would report a failure as a stack trace, and
/// whoever starts a host by himself as the first thing that it does.
/// </summary>
internal sealed class StartChecks(IEnumerable<IStartCheck> checks) : IHostedLifecycleService
{
    private bool _passed;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (_passed)
        {
            return;
        }

        foreach (var check in checks)
        {
            await check.RunAsync(cancellationToken);
        }

        _passed = true;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
