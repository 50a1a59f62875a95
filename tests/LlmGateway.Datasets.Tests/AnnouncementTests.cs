using System.Collections.Concurrent;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Datasets.Tests.Annotations;
using LlmGateway.Datasets.Tests.Feedback;
using LlmGateway.Datasets.Tests.Versions;
using LlmGateway.Messaging.Events;
using LlmGateway.Messaging.Raw;
using LlmGateway.TestKit;
using MassTransit;
using MassTransit.Transports.Fabric;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Datasets.Tests;

/// <summary>What the rest of the system and programs outside hear of feedback and versions.</summary>
public sealed class AnnouncementTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly Heard _heard = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Feedback_is_told_of_by_its_ids_whichever_way_it_came()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path, Configure);
        var client = host.For("proj_a");
        var said = await client.SayAsync("""{"inference_id":"chatcmpl-1","metric":"good","value":true,"comment":"a secret"}""");
        var queue = await client.QueueAsync(more: ""","metric":"correct" """);
        await client.FillAsync(queue, "1");
        await client.AnswerAsync(queue, "ada", "true");

        await Eventually.TrueAsync(() => _heard.Messages.Count >= 2, "both are told of", Deadline);
        var first = Assert.IsType<FeedbackRecorded>(_heard.Messages.Single(message => message is FeedbackRecorded { Metric: "good" }));
        Assert.Equal(new FeedbackRecorded("proj_a", said.Text("id")!, "chatcmpl-1", null, "good", "boolean"), first);
        Assert.Single(_heard.Messages, message => message is FeedbackRecorded { Metric: "correct", InferenceId: "call-1" });
    }

    [Fact]
    public async Task A_version_is_told_of_once_and_the_same_content_again_is_none()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path, Configure);
        var client = host.For("proj_a");
        var dataset = await client.DatasetAsync();
        var version = await client.VersionAsync(dataset, """{"input":"one"}""");
        await client.VersionAsync(dataset, """{"input":"one"}""");
        var second = await client.VersionAsync(dataset, """{"input":"two"}""");

        await Eventually.TrueAsync(() => _heard.Messages.Count >= 2, "both are told of", Deadline);
        var id = dataset.Split('/')[^1];
        Assert.Equal(
            [
                new DatasetVersionCreated("proj_a", id, version.Text("id")!, 1, 1, version.Text("content_hash")!),
                new DatasetVersionCreated("proj_a", id, second.Text("id")!, 2, 1, second.Text("content_hash")!),
            ],
            _heard.Messages.Cast<DatasetVersionCreated>().OrderBy(message => message.Version));
    }

    [Fact]
    public async Task Programs_outside_hear_events_without_any_text()
    {
        await using var host = await DatasetsHost.StartAsync(_folder.Path, bus =>
        {
            bus.AddConsumer<EventListener, EventListenerDefinition>();
            bus.AddSingleton(_heard);
        });
        var client = host.For("proj_a");
        var said = await client.SayAsync("""{"episode_id":"e","metric":"good","value":true,"comment":"a secret"}""");
        var version = await client.VersionAsync(await client.DatasetAsync(), """{"input":"one"}""");

        await Eventually.TrueAsync(() => _heard.Messages.Count >= 2, "both are told of", Deadline);
        var events = _heard.Messages.Cast<PublicEvent>().ToList();
        var feedback = Assert.Single(events, happened => happened.Type == "feedback.recorded");
        Assert.Equal($"evt_{said.Text("id")!["fb_".Length..]}", feedback.Id);
        Assert.Equal($$"""{"id":"{{said.Text("id")}}","inference_id":null,"episode_id":"e","metric":"good","type":"boolean"}""", feedback.Data.ToJsonString());
        var created = Assert.Single(events, happened => happened.Type == "dataset.version.created");
        Assert.Equal((version.Text("id"), 1), ((string?)created.Data["id"], (int?)created.Data["version"]));
    }

    private void Configure(IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<Listener>();
        bus.AddSingleton(_heard);
    }

    private sealed class Heard
    {
        public ConcurrentQueue<object> Messages { get; } = new();
    }

    private sealed class EventListener(Heard heard) : IConsumer<RawMessage>
    {
        public Task Consume(ConsumeContext<RawMessage> context)
        {
            heard.Messages.Enqueue(PublicEvent.Parse(context.Message.Body.Span));
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
            ((IInMemoryReceiveEndpointConfigurator)endpointConfigurator).Bind(PublicEvents.Exchange, ExchangeType.Topic, "#");
        }
    }

    private sealed class Listener(Heard heard) : IConsumer<FeedbackRecorded>, IConsumer<DatasetVersionCreated>
    {
        public Task Consume(ConsumeContext<FeedbackRecorded> context) => HearAsync(context.Message);

        public Task Consume(ConsumeContext<DatasetVersionCreated> context) => HearAsync(context.Message);

        private Task HearAsync(object message)
        {
            heard.Messages.Enqueue(message);
            return Task.CompletedTask;
        }
    }
}
