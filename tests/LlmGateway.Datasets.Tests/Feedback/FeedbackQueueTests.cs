using System.Collections.Concurrent;
using System.Text;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Messaging.Events;
using LlmGateway.Messaging.Raw;
using LlmGateway.TestKit;
using MassTransit;
using MassTransit.Transports.Fabric;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Datasets.Tests.Feedback;

/// <summary>The queue that programs of any kind write to.</summary>
public sealed class FeedbackQueueTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly Refusals _refusals = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_message_becomes_feedback_of_its_project_once_however_often_it_comes()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path, Configure);
        await SendAsync(host, """{"id":"m-1","project":"proj_a","inference_id":"chatcmpl-1","metric":"good","value":true}""");
        await SendAsync(host, """{"id":"m-1","project":"proj_a","inference_id":"chatcmpl-1","metric":"good","value":true}""");
        await SendAsync(host, """{"id":"m-1","inference_id":"chatcmpl-1","metric":"good","value":0.5}""");
        await SendAsync(host, """{"id":"m-2","project":"proj_a","inference_id":"chatcmpl-1","metric":"good","value":false}""");

        await StoredAsync(host, "proj_a", 2);
        await StoredAsync(host, "proj_default", 1);
        var keys = (await host.For("proj_a").GetJsonAsync("/v1/feedback")).GetProperty("data").EnumerateArray().Select(one => one.Text("idempotency_key"));
        Assert.Equal(["m-1", "m-2"], keys.Order());
        Assert.Empty(_refusals.Reasons);
    }

    [Fact]
    public async Task What_cannot_be_used_goes_to_the_error_queue_with_the_reason_and_the_next_one_is_taken()
    {
        (string Body, string Reason)[] bad =
        [
            ("no JSON", "not JSON: it breaks at line 1"),
            ("null", "null"),
            ("""{"id":"m","colour":1}""", "'colour' is unknown"),
            ("""{"metric":"good","value":true,"inference_id":"a"}""", "'id'"),
            ("""{"id":"m","metric":"good","value":true}""", "'inference_id'"),
            ("""{"id":"m","project":"a project","metric":"good","value":true,"inference_id":"a"}""", "'project'"),
            ("""{"id":"m","project":"","metric":"good","value":true,"inference_id":"a"}""", "'project'"),
        ];
        await using var host = await DatasetsHost.StartAsync(_folder.Path, Configure);
        foreach (var (body, _) in bad)
        {
            await SendAsync(host, body);
        }

        await SendAsync(host, """{"id":"good","inference_id":"a","metric":"good","value":true}""");
        await StoredAsync(host, "proj_default", 1);
        await Eventually.TrueAsync(() => _refusals.Reasons.Count == bad.Length, "the others are in the error queue", Deadline);
        Assert.All(bad, one => Assert.Contains(_refusals.Reasons, reason => reason.Contains(one.Reason, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"id":"s1","inference_id":"a","metric":"good","value":true,"foo":1}""", "s1", "proj_default", "foo")]
    [InlineData("""{"project":"proj_a","inference_id":"a","metric":5,"value":true,"id":"s2"}""", "s2", "proj_a", "metric")]
    [InlineData("""{"id":"s3","inference_id":"a","metric":"good","value":true,"tags":{"k":1}}""", "s3", "proj_default", "tags.k")]
    [InlineData("""{"id":7,"inference_id":"a","metric":"good","value":true}""", null, "proj_default", "id")]
    [InlineData("""{"id":"s4","inference_id":"a","value":true}""", "s4", "proj_default", "metric")]
    [InlineData("""{"id":"s5","project":"A","inference_id":"a","metric":"good","value":true}""", "s5", "A", "project")]
    [InlineData("""{"id":"s6",""", null, "proj_default", null)]
    [InlineData("""["s7"]""", null, "proj_default", null)]
    public async Task A_rejection_names_the_message_and_its_field(string body, string? id, string project, string? param)
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path, Configure);
        await SendAsync(host, body);
        var rejection = await RejectionAsync();
        Assert.Equal((id, project, param), ((string?)rejection.Data["id"], rejection.Project, (string?)rejection.Data["error"]!["param"]));
    }

    [Fact]
    public async Task An_id_that_was_used_for_something_else_is_named_as_the_message_names_it()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path, Configure);
        await SendAsync(host, """{"id":"m-1","inference_id":"a","metric":"good","value":true}""");
        await StoredAsync(host, "proj_default", 1);
        await SendAsync(host, """{"id":"m-1","inference_id":"a","metric":"good","value":false}""");
        var error = (await RejectionAsync()).Data["error"]!;
        Assert.Equal(("idempotency_conflict", "id"), ((string?)error["code"], (string?)error["param"]));
        Assert.StartsWith("'id' was used for other feedback", (string?)error["message"], StringComparison.Ordinal);
    }

    private async Task<PublicEvent> RejectionAsync()
    {
        await Eventually.TrueAsync(() => _refusals.Events.Any(one => one.Type == "feedback.rejected"), "the rejection is told", Deadline);
        return _refusals.Events.Single(one => one.Type == "feedback.rejected");
    }

    private static Task StoredAsync(DatasetsHost host, string project, int count) => Eventually.TrueAsync(
        async _ => (await host.For(project).GetJsonAsync("/v1/feedback")).Ids().Length == count, $"{count} feedback of {project} is stored", Deadline);

    private static Task SendAsync(DatasetsHost host, string body) => host.Service<IBus>().SendRawAsync(
        FeedbackQueue.Name, new RawMessage(Encoding.UTF8.GetBytes(body), "application/json"), TestContext.Current.CancellationToken);

    private void Configure(IBusRegistrationConfigurator bus)
    {
        bus.AddDatasetsConsumers();
        bus.AddConsumer<ErrorQueueReader, ErrorQueueReaderDefinition>();
        bus.AddConsumer<EventListener, EventListenerDefinition>();
        bus.AddSingleton(_refusals);
    }

    private sealed class Refusals
    {
        public ConcurrentQueue<string> Reasons { get; } = new();

        public ConcurrentQueue<PublicEvent> Events { get; } = new();
    }

    private sealed class EventListener(Refusals refusals) : IConsumer<RawMessage>
    {
        public Task Consume(ConsumeContext<RawMessage> context)
        {
            refusals.Events.Enqueue(PublicEvent.Parse(context.Message.Body.Span));
            return Task.CompletedTask;
        }
    }

    private sealed class EventListenerDefinition : RawConsumerDefinition<EventListener>
    {
        public EventListenerDefinition() => EndpointName = "tests.events";

        protected override void ConfigureConsumer(
            IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EventListener> consumerConfigurator, IRegistrationContext context)
        {
            base.ConfigureConsumer(endpointConfigurator, consumerConfigurator, context);
            ((IInMemoryReceiveEndpointConfigurator)endpointConfigurator).Bind(PublicEvents.Exchange, ExchangeType.Topic, "feedback.*");
        }
    }

    private sealed class ErrorQueueReader(Refusals refusals) : IConsumer<RawMessage>
    {
        public Task Consume(ConsumeContext<RawMessage> context)
        {
            refusals.Reasons.Enqueue(context.ReceiveContext.TransportHeaders.Get<string>("MT-Fault-Message") ?? "");
            return Task.CompletedTask;
        }
    }

    private sealed class ErrorQueueReaderDefinition : RawConsumerDefinition<ErrorQueueReader>
    {
        public ErrorQueueReaderDefinition() => EndpointName = $"{FeedbackQueue.Name}_error";
    }
}
