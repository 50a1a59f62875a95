using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Messaging.Events;

/// <summary>Hands the events that this process hears to those who listen here, each to those of its project.</summary>
internal sealed partial class EventFeed(ILogger<EventFeed> logger)
{
    /// <summary>Events that wait for a slow listener; the oldest are dropped for newer ones.</summary>
    private const int Waiting = 256;
    private readonly ConcurrentDictionary<Channel<PublicEvent>, string> _listeners = new();

    public void Hand(PublicEvent happened)
    {
        foreach (var (listener, project) in _listeners)
        {
            if (project == happened.Project)
            {
                listener.Writer.TryWrite(happened);
            }
        }
    }

    /// <summary>Listens from now on until the listening is disposed.</summary>
    public Listening Listen(string project)
    {
        var channel = Channel.CreateBounded<PublicEvent>(
            new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest }, dropped => LogDropped(dropped.Id));
        _listeners[channel] = project;
        return new Listening(channel.Reader, () => _listeners.TryRemove(channel, out _));
    }

    [LoggerMessage(1701, LogLevel.Warning, "A listener is too slow: event {Id} is dropped for it")]
    private partial void LogDropped(string id);
}

/// <summary>Somebody who listens.</summary>
internal sealed class Listening(ChannelReader<PublicEvent> events, Action end) : IDisposable
{
    public ChannelReader<PublicEvent> Events => events;

    public void Dispose() => end();
}
