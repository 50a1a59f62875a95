using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Service;

/// <summary>A place where the configuration chooses between an embedded part and a server: bus, database, cache, vector index.</summary>
/// <param name="Name">Such as <c>bus</c>, or <c>datasets database</c>.</param>
/// <param name="Choice">Such as <c>RabbitMQ at localhost:5672</c>; no secret.</param>
public sealed record Seam(string Name, string Choice);

public static class SeamRegistration
{
    /// <summary>Notes a choice for the one line that the start logs.</summary>
    public static void AddSeam(this IServiceCollection services, string name, string choice)
    {
        services.AddSingleton(new Seam(name, choice));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SeamLog>());
    }
}

/// <summary>Says in one line what the process is connected to.</summary>
internal sealed partial class SeamLog(IEnumerable<Seam> seams, ILogger<SeamLog> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogSeams(string.Join("; ", seams.Select(seam => $"{seam.Name}: {seam.Choice}")));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1010, LogLevel.Information, "{Seams}")]
    private partial void LogSeams(string seams);
}
