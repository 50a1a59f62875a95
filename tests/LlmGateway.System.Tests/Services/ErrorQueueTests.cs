using System.Buffers;
using System.Text;
using LlmGateway.Contracts.Datasets;
using LlmGateway.Contracts.Gateway;
using LlmGateway.ServiceDefaults;
using LlmGateway.TestKit;

namespace LlmGateway.System.Tests;

/// <summary>What does not belong in the log's queue goes to its error queue with the reason, and the log goes on.</summary>
[Collection<ServicesShape>]
public sealed class ErrorQueueTests(ServicesFixture fixture)
{
    private const string ErrorQueue = $"{InferenceQueue.Name}_error";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>A message, its content type, and what the reason must tell.</summary>
    public static TheoryData<string, byte[], string?, string> Messages => new()
    {
        { "JSON", """{"id":1}"""u8.ToArray(), "application/json", InferenceFrameCodec.MediaType },
        { "no content type", "hello"u8.ToArray(), null, InferenceFrameCodec.MediaType },
        { "no frames", Encoding.UTF8.GetBytes(new string('x', 1000)), InferenceFrameCodec.MediaType, "corrupt" },
        { "a frame cut off", Frame("proj_default")[..^1], InferenceFrameCodec.MediaType, "cut off" },
        { "a frame whose record is no record", Broken(), InferenceFrameCodec.MediaType, "corrupt" },
        { "a project that is none", Frame("nobody"), InferenceFrameCodec.MediaType, "project" },
        { "too large", new byte[InferenceQueue.MaxBatchBytes + 1], InferenceFrameCodec.MediaType, "at most" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task A_message_of_no_use_is_set_aside_with_the_reason_and_the_queue_goes_on(string kind, byte[] body, string? contentType, string reason)
    {
        using var broker = await VirtualHost.OpenAsync(fixture.Gateway.ConnectionOf(ResourceNames.RabbitMq));
        await broker.PublishAsync(InferenceQueue.Name, body, contentType);
        var refused = await Eventually.GetAsync(_ => broker.TakeAsync(ErrorQueue), $"{kind} in the error queue", Patience);
        Assert.Equal(body.Length, refused.Bytes);
        Assert.Contains(reason, refused.Reason, StringComparison.Ordinal);

        var good = Guid.CreateVersion7();
        await broker.PublishAsync(InferenceQueue.Name, Frame("proj_default", good), InferenceFrameCodec.MediaType);
        await Eventually.TrueAsync(
            async token => (await fixture.Gateway.Http.GetAsync($"/v1/inferences/{good}", token)).IsSuccessStatusCode, "the next message to be stored", Patience);
        Assert.Null(await broker.TakeAsync(ErrorQueue));
    }

    private static byte[] Frame(string project, Guid? id = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var record = new InferenceRecord
        {
            Id = id ?? Guid.CreateVersion7(),
            ProjectId = project,
            Operation = "chat.completions",
            RequestedModel = "m",
            CreatedAtMicros = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000,
        };
        InferenceFrameCodec.Write(buffer, record, new ReadOnlySequence<byte>("{}"u8.ToArray()), default);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A byte of the record is another one.</summary>
    private static byte[] Broken()
    {
        var frame = Frame("proj_default");
        frame[^5] ^= 0x20;
        return frame;
    }
}
