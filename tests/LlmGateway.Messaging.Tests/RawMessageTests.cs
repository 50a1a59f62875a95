using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using LlmGateway.Messaging.Raw;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Messaging.Tests;

/// <summary>On the transport in memory, which reads and writes bytes as the broker's does.</summary>
public sealed class RawMessageTests : IAsyncLifetime
{
    private readonly Received _received = new();
    private readonly IHost _host;

    public RawMessageTests()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_received);
        builder.AddLlmGatewayBus(bus => bus.AddConsumer<Recorder, RecorderDefinition>());
        _host = builder.Build();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // The bus keeps the first host's logger in a static, and that host is gone.
        LogContext.ConfigureCurrentLogContext(_host.Services.GetRequiredService<ILoggerFactory>());
        await _host.StartAsync(Cancellation);
    }

    [Theory]
    [InlineData("""{"model": "m"}""", "application/json")]
    [InlineData("not JSON at all", "application/json")]
    [InlineData("<xml/>", "text/xml")]
    [InlineData("\u0000\u0001\ufffd", "application/octet-stream")]
    public async Task A_message_arrives_as_its_bytes_whatever_it_is(string body, string contentType)
    {
        await SendAsync(body, contentType);
        var message = await _received.Messages.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.Equal((body, contentType), (message.Body, message.ContentType));
    }

    [Fact]
    public async Task The_consumer_is_in_the_senders_trace()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MassTransit" or nameof(RawMessageTests),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource(nameof(RawMessageTests));
        using var sending = source.StartActivity("send")!;
        await SendAsync("{}", "application/json");
        var message = await _received.Messages.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.Equal(sending.TraceId.ToString(), message.TraceId);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(Cancellation);
        _host.Dispose();
    }

    private Task SendAsync(string body, string contentType) => _host.Services.GetRequiredService<IBus>()
        .SendRawAsync(RecorderDefinition.Queue, new RawMessage(Encoding.UTF8.GetBytes(body), contentType), Cancellation);

    private sealed record Message(string Body, string? ContentType, string? TraceId);

    private sealed class Received
    {
        public Channel<Message> Messages { get; } = Channel.CreateUnbounded<Message>();
    }

    private sealed class Recorder(Received received) : IConsumer<RawMessage>
    {
        public async Task Consume(ConsumeContext<RawMessage> context) => await received.Messages.Writer.WriteAsync(new Message(
            Encoding.UTF8.GetString(context.Message.Body.Span), context.Message.ContentType, Activity.Current?.TraceId.ToString()));
    }

    private sealed class RecorderDefinition : RawConsumerDefinition<Recorder>
    {
        public const string Queue = "tests.raw";

        public RecorderDefinition() => EndpointName = Queue;
    }
}
