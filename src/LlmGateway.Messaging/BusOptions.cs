using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Messaging;

/// <summary>Section <c>Bus</c>: how messages travel.</summary>
public sealed class BusOptions
{
    public const string Section = "Bus";

    /// <summary>The connection string whose presence chooses RabbitMQ, such as <c>amqp://user:password@host:5672</c>.</summary>
    public const string ConnectionName = "rabbitmq";

    /// <summary>
    /// The transport by name. Null, the default, means RabbitMQ where <c>ConnectionStrings:rabbitmq</c> is set, else memory.
    /// RabbitMQ by name without a connection string stops the start: it never falls back to memory.
    /// </summary>
    public BusTransport? Transport { get; set; }

    /// <summary>Messages that the broker hands a consumer before the first is done. The default is 16, from 1 to 1,000.</summary>
    [Range(1, 1000)]
    public int Prefetch { get; set; } = 16;

    /// <summary>How often a failed message is tried again, with growing pauses, before it goes to the error queue. The default is 5, from 0 to 20.</summary>
    [Range(0, 20)]
    public int Retries { get; set; } = 5;

    /// <summary>The first pause; each further one is longer, up to <see cref="LongestPause"/>. The default is 200 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The default is 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>What carries messages.</summary>
public enum BusTransport
{
    /// <summary>The process itself: for services that share one.</summary>
    InMemory,

    /// <summary>RabbitMQ, with quorum queues and publisher confirms.</summary>
    RabbitMq,
}
