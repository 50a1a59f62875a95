using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Evaluation.Experiments;

/// <summary>Says once that a service is away, and once that it is back, however often it is asked meanwhile.</summary>
internal sealed partial class ServiceAbsence(ILogger<ServiceAbsence> logger)
{
    private readonly ConcurrentDictionary<string, bool> _away = new(StringComparer.Ordinal);

    public void Note(string service, Exception exception)
    {
        if (_away.TryAdd(service, true))
        {
            LogAway(service, exception.GetType().Name, exception.Message);
        }
    }

    public void Answered(string service)
    {
        if (_away.TryRemove(service, out _))
        {
            LogBack(service);
        }
    }

    [LoggerMessage(1440, LogLevel.Warning, "Experiments are not judged while {Service} does not answer ({Reason}: {Message})")]
    private partial void LogAway(string service, string reason, string message);

    [LoggerMessage(1441, LogLevel.Information, "Experiments are judged again: {Service} answers")]
    private partial void LogBack(string service);
}
