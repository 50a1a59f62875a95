using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LlmGateway.Messaging.Raw;
using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmGateway.Messaging.Tests;

/// <summary>On a real RabbitMQ, in a virtual host of the test's own.</summary>
public sealed class BrokerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<IHost> _hosts = [];
    private string _address = "";
    private HttpClient _management = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _address = await TestServers.CreateVirtualHostAsync();
        _management = TestServers.ManagementOf(await TestServers.SharedAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync(Cancellation);
            host.Dispose();
        }

        _management?.Dispose();
    }

    [Fact]
    public async Task A_queue_is_a_quorum_queue_and_a_broadcasts_queue_goes_with_its_process()
    {
        var (host, _) = await StartAsync();
        var queues = await QueuesAsync();
        Assert.Equal("quorum", queues["tests.work"]);
        var broadcast = Assert.Single(queues.Keys, Broadcasts.IsBroadcast);
        await host.StopAsync(Cancellation);
        await Eventually.TrueAsync(async _ => !(await QueuesAsync()).ContainsKey(broadcast), "the broadcast's queue to go", Patience);
        Assert.True((await QueuesAsync()).ContainsKey("tests.work"));
    }

    [Fact]
    public async Task A_message_goes_to_one_process_and_a_broadcast_to_all()
    {
        var (first, one) = await StartAsync();
        var (_, two) = await StartAsync();
        for (var number = 0; number < 20; number++)
        {
            await SendAsync(first, "tests.work", $"{number}");
        }

        await first.Services.GetRequiredService<IBus>().Publish(new SomethingHappened("news"), Cancellation);
        await Eventually.TrueAsync(() => one.News.Contains("news") && two.News.Contains("news"), "both to hear the news", Patience);
        await Eventually.TrueAsync(() => one.Work.Count + two.Work.Count >= 20, "all work to be done", Patience);
        Assert.Equal(20, one.Work.Concat(two.Work).Distinct().Count());
        Assert.Equal(20, one.Work.Count + two.Work.Count);
    }

    [Fact]
    public async Task An_unusable_message_lies_in_the_error_queue_with_the_reason_and_the_next_one_is_consumed()
    {
        var (host, received) = await StartAsync();
        await SendAsync(host, "tests.work", "unusable");
        await SendAsync(host, "tests.work", "good");
        await Eventually.TrueAsync(() => received.Work.Contains("good"), "the next message", Patience);
        var refused = await Eventually.GetAsync(_ => TakeAsync("tests.work_error"), "the message in the error queue", Patience);
        Assert.Equal("unusable", refused.Body);
        Assert.Equal("of no use", refused.Reason);
    }

    [Fact]
    public async Task A_message_for_a_queue_that_is_not_there_comes_back()
    {
        var (host, _) = await StartAsync();
        await Assert.ThrowsAsync<MessageReturnedException>(() => SendAsync(host, "tests.nobody", "lost?"));
    }

    private async Task<(IHost Host, Received Received)> StartAsync()
    {
        var received = new Received();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["ConnectionStrings:rabbitmq"] = _address;
        builder.Services.AddSingleton(received);
        builder.AddLlmGatewayBus(bus =>
        {
            bus.AddConsumer<Worker, WorkerDefinition>();
            bus.AddBroadcastConsumer<Listener>("tests.something-happened");
        });
        var host = builder.Build();
        _hosts.Add(host);
        LogContext.ConfigureCurrentLogContext(host.Services.GetRequiredService<ILoggerFactory>());
        await host.StartAsync(Cancellation);
        await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Patience);
        return (host, received);
    }

    private static Task SendAsync(IHost host, string queue, string body) => host.Services.GetRequiredService<IBus>()
        .SendRawAsync(queue, new RawMessage(Encoding.UTF8.GetBytes(body), "text/plain"), Cancellation);

    private string VirtualHost => _address[(_address.LastIndexOf('/') + 1)..];

    private async Task<Dictionary<string, string>> QueuesAsync()
    {
        using var list = JsonDocument.Parse(await _management.GetStringAsync($"api/queues/{VirtualHost}", Cancellation));
        return list.RootElement.EnumerateArray().ToDictionary(queue => queue.GetProperty("name").GetString()!, queue => queue.GetProperty("type").GetString()!);
    }

    /// <summary>Takes a message and why it is there.</summary>
    private async Task<Refusal?> TakeAsync(string queue)
    {
        using var question = new StringContent("""{"count":1,"ackmode":"ack_requeue_false","encoding":"auto"}""", Encoding.UTF8, "application/json");
        using var answer = await _management.PostAsync($"api/queues/{VirtualHost}/{queue}/get", question, Cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            return null;
        }

        using var messages = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        return messages.RootElement.GetArrayLength() == 0 ? null : new Refusal(
            messages.RootElement[0].GetProperty("payload").GetString()!,
            messages.RootElement[0].GetProperty("properties").GetProperty("headers").GetProperty("MT-Fault-Message").GetString()!);
    }

    private sealed record Refusal(string Body, string Reason);

    public sealed record SomethingHappened(string What);

    private sealed class Received
    {
        public ConcurrentQueue<string> Work { get; } = new();

        public ConcurrentQueue<string> News { get; } = new();
    }

    private sealed class Worker(Received received) : IConsumer<RawMessage>
    {
        public Task Consume(ConsumeContext<RawMessage> context)
        {
            var body = Encoding.UTF8.GetString(context.Message.Body.Span);
            if (body == "unusable")
            {
                throw new UnusableMessageException("of no use");
            }

            received.Work.Enqueue(body);
            return Task.CompletedTask;
        }
    }

    private sealed class WorkerDefinition : RawConsumerDefinition<Worker>
    {
        public WorkerDefinition() => EndpointName = "tests.work";
    }

    private sealed class Listener(Received received) : IConsumer<SomethingHappened>
    {
        public Task Consume(ConsumeContext<SomethingHappened> context)
        {
            received.News.Enqueue(context.Message.What);
            return Task.CompletedTask;
        }
    }
}
