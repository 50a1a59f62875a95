using System.Collections.Concurrent;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Spooling;
using LlmGateway.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmGateway.Gateway.Tests.Spooling;

/// <summary>Several batches on their way at once.</summary>
public sealed class BatchesUnderWayTests : IDisposable
{
    private static readonly SinkResult Stored = new(SinkAnswer.Stored);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_checkpoint_waits_for_the_oldest_of_them()
    {
        using var spool = new SpoolUnderTest(_folder.Path);
        var ids = Append(spool, 1600);
        var sink = new HeldSink();
        using var shipper = Start(spool, sink);
        await Eventually.TrueAsync(() => sink.Held.Count == 3, "every full batch is under way");
        sink.Held[1].Answer.SetResult(Stored);
        sink.Held[2].Answer.SetResult(Stored);
        await sink.Held[2].Answer.Task;
        Assert.Equal(1600, spool.Spool.UnshippedRecords);
        sink.Held[0].Answer.SetResult(Stored);
        await Eventually.TrueAsync(() => sink.Held.Count == 4, "the rest follows");
        Assert.Equal(100, spool.Spool.UnshippedRecords);
        sink.Held[3].Answer.SetResult(Stored);
        await Eventually.TrueAsync(() => spool.Spool.UnshippedBytes == 0, "all is shipped");
        Assert.Equal(ids, sink.Held.SelectMany(held => held.Ids));
        await shipper.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(SinkAnswer.Unavailable)]
    [InlineData(SinkAnswer.Failed)]
    [InlineData(SinkAnswer.Refused)]
    public async Task When_the_oldest_fails_it_and_those_behind_it_go_again(SinkAnswer answer)
    {
        using var spool = new SpoolUnderTest(_folder.Path);
        var ids = Append(spool, 1600);
        var sink = new HeldSink();
        using var shipper = Start(spool, sink);
        await Eventually.TrueAsync(() => sink.Held.Count == 3, "every full batch is under way");
        sink.Held[0].Answer.SetResult(new SinkResult(answer, "not now"));
        sink.Held[1].Answer.SetResult(Stored);
        sink.AnswerAll(3, Stored);
        sink.Held[2].Answer.SetException(new IOException("broke off"));
        await Eventually.TrueAsync(() => spool.Spool.UnshippedBytes == 0, "all is shipped");
        Assert.Equal(ids, sink.Held.Skip(3).SelectMany(held => held.Ids));
        Assert.Equal(0, spool.Quarantined);
        await shipper.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_damaged_frame_behind_them_waits_until_they_are_stored()
    {
        List<Guid> ids;
        using (var spool = new SpoolUnderTest(_folder.Path))
        {
            ids = Append(spool, 1600);
        }

        var segment = Directory.GetFiles(_folder.Path, "*.seg").Single();
        var bytes = await File.ReadAllBytesAsync(segment, TestContext.Current.CancellationToken);
        bytes[(bytes.Length / 1600 * 700) + 200] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes, TestContext.Current.CancellationToken);

        using var damaged = new SpoolUnderTest(_folder.Path);
        var sink = new HeldSink();
        sink.AnswerAll(0, Stored);
        using var shipper = Start(damaged, sink);
        await Eventually.TrueAsync(() => damaged.Spool.UnshippedBytes == 0, "all is shipped");
        Assert.Equal(1599, sink.Held.SelectMany(held => held.Ids).Distinct().Count());
        await shipper.StopAsync(TestContext.Current.CancellationToken);
    }

    private static List<Guid> Append(SpoolUnderTest spool, int count) => [.. Enumerable.Range(0, count).Select(_ => spool.Append())];

    private static InferenceShipper Start(SpoolUnderTest spool, IInferenceSink sink)
    {
        var shipper = new InferenceShipper(
            spool.Spool, spool.Reader, spool.Quarantine, sink, spool.Metrics, spool.Options, TimeProvider.System, NullLogger<InferenceShipper>.Instance);
        _ = shipper.StartAsync(TestContext.Current.CancellationToken);
        return shipper;
    }

    /// <summary>A store that answers when it is told to.</summary>
    private sealed class HeldSink : IInferenceSink
    {
        private readonly ConcurrentQueue<Batch> _held = new();
        private (int From, SinkResult Result)? _always;

        public IReadOnlyList<Batch> Held => [.. _held];

        /// <summary>Answers this batch and all later ones at once.</summary>
        public void AnswerAll(int from, SinkResult result) => _always = (from, result);

        public Task<SinkResult> StoreAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
        {
            var batch = new Batch([.. SpoolUnderTest.Frames(frames.ToArray()).Select(frame => frame.Record.Id)]);
            if (_always is { } always && _held.Count >= always.From)
            {
                batch.Answer.SetResult(always.Result);
            }

            _held.Enqueue(batch);
            return batch.Answer.Task;
        }
    }

    private sealed record Batch(IReadOnlyList<Guid> Ids)
    {
        public TaskCompletionSource<SinkResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
