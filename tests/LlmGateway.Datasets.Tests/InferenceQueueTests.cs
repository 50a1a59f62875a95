using System.Collections.Concurrent;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Datasets.Tests.Stores;
using LlmGateway.Messaging.Raw;
using LlmGateway.TestKit;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace LlmGateway.Datasets.Tests;

public sealed class EmbeddedInferenceQueueTests : InferenceQueueTests
{
    protected override ValueTask<TestStore> OpenAsync() => ValueTask.FromResult(TestStore.Embedded());
}

public sealed class PostgresInferenceQueueTests : InferenceQueueTests
{
    protected override async ValueTask<TestStore> OpenAsync() => await TestStore.PostgresAsync();
}

/// <summary>The way into each store that gateways in other processes take: the queue.</summary>
public abstract class InferenceQueueTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Calls _calls = new("proj_a");
    private readonly Refusals _refusals = new();

    [Fact]
    public async Task A_batch_from_the_queue_is_stored_once_however_often_it_comes()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(Configure);
        var batch = Frames.Encode(_calls.Chat("chatcmpl-1"), _calls.Chat("chatcmpl-2"));
        await SendAsync(host, batch);
        await SendAsync(host, batch);
        await SendAsync(host, Frames.Encode(_calls.Chat("chatcmpl-3")));
        await StoredAsync(host, 3);
        Assert.Empty(_refusals.Reasons);
    }

    [Fact]
    public async Task What_is_no_batch_goes_to_the_error_queue_with_the_reason_and_the_queue_goes_on()
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(Configure);
        await SendAsync(host, "{}"u8.ToArray(), "application/json");
        await SendAsync(host, "no frames"u8.ToArray());
        await SendAsync(host, Frames.Encode(_calls.Chat("chatcmpl-1")));
        await StoredAsync(host, 1);
        await Eventually.TrueAsync(() => _refusals.Reasons.Count == 2, "both are in the error queue", Deadline);
        Assert.Contains(_refusals.Reasons, reason => reason.Contains(InferenceFrameCodec.MediaType, StringComparison.Ordinal));
        Assert.Contains(_refusals.Reasons, reason => reason.Contains("corrupt", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    public async Task A_record_that_no_row_can_hold_takes_no_other_along(int place)
    {
        using var store = await OpenAsync();
        await using var host = await store.StartAsync(Configure);
        var frames = Enumerable.Range(0, 7).Select(number => Frames.Encode(_calls.Chat($"chatcmpl-{number}")).ToArray()).ToList();
        frames[place] = BrokenFrames.WithoutProject(frames[place]);
        await SendAsync(host, frames.SelectMany(frame => frame).ToArray());
        await StoredAsync(host, 6);
        await Eventually.TrueAsync(() => _refusals.Reasons.Count == 1, "the seventh is in the error queue", Deadline);
    }

    protected abstract ValueTask<TestStore> OpenAsync();

    private static Task StoredAsync(DatasetsHost host, int count) => Eventually.TrueAsync(
        async _ => (await host.For("proj_a").GetJsonAsync("/v1/inferences")).Ids().Length == count, $"{count} calls are stored", Deadline);

    private static Task SendAsync(DatasetsHost host, ReadOnlyMemory<byte> body, string contentType = InferenceFrameCodec.MediaType) =>
        host.Service<IBus>().SendRawAsync(InferenceQueue.Name, new RawMessage(body, contentType), TestContext.Current.CancellationToken);

    private void Configure(IBusRegistrationConfigurator bus)
    {
        bus.AddDatasetsConsumers();
        bus.AddConsumer<ErrorQueueReader, ErrorQueueReaderDefinition>();
        bus.AddSingleton(_refusals);
    }

    private sealed class Refusals
    {
        public ConcurrentQueue<string> Reasons { get; } = new();
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
        public ErrorQueueReaderDefinition() => EndpointName = $"{InferenceQueue.Name}_error";
    }
}
