using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Spooling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Tests.Spooling;

/// <summary>A spool over a folder, with its reader; its own look for room is left to the test.</summary>
internal sealed class SpoolUnderTest : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<SpoolMetrics>().BuildServiceProvider();

    private readonly Counted _counted;

    public SpoolUnderTest(string folder, Action<SpoolOptions>? configure = null, SegmentWrite? write = null)
    {
        var options = new SpoolOptions { Path = folder, ReserveBytes = 64 << 10, BatchDelay = TimeSpan.FromMilliseconds(20) };
        configure?.Invoke(options);
        Options = Microsoft.Extensions.Options.Options.Create(options);
        Metrics = _services.GetRequiredService<SpoolMetrics>();
        _counted = new Counted(_services.GetRequiredService<IMeterFactory>());
        Spool = new InferenceSpool(Options, Metrics, new ClockWithoutTimers(), NullLogger<InferenceSpool>.Instance, write);
        Reader = new SpoolReader(Spool, Metrics, TimeProvider.System, NullLogger<SpoolReader>.Instance);
    }

    public SpoolMetrics Metrics { get; }

    public Quarantine Quarantine => Spool.Store.Quarantine;

    public long Quarantined => _counted["llmgateway.spool.quarantined"];

    public long BodiesDropped => _counted["llmgateway.spool.bodies_dropped"];

    public long AccountingLost => _counted["llmgateway.spool.accounting_lost"];

    public IOptions<SpoolOptions> Options { get; }

    public InferenceSpool Spool { get; }

    public SpoolReader Reader { get; }

    public Guid Append(int request = 100, int response = 200)
    {
        var record = Sample.Record();
        Append(record, request, response);
        return record.Id;
    }

    public void Append(InferenceRecord record, int request, int response) =>
        Spool.Append(record, new ReadOnlySequence<byte>(Sample.Bytes(request)), new ReadOnlySequence<byte>(Sample.Bytes(response)));

    /// <summary>Reads and commits all that is there.</summary>
    public List<InferenceFrame> ShipAll()
    {
        var frames = new List<InferenceFrame>();
        while (Reader.Read() is { } batch)
        {
            frames.AddRange(Frames(batch.Frames.ToArray()));
            Reader.Commit(batch);
        }

        return frames;
    }

    public static List<InferenceFrame> Frames(ReadOnlyMemory<byte> bytes)
    {
        var frames = new List<InferenceFrame>();
        while (InferenceFrameCodec.TryRead(ref bytes, out var frame) == FrameRead.Whole)
        {
            frames.Add(frame);
        }

        Assert.True(bytes.IsEmpty, "a batch ends with a whole frame");
        return frames;
    }

    public void Dispose()
    {
        Spool.Dispose();
        _counted.Dispose();
        _services.Dispose();
    }

    /// <summary>Sums of this spool's counters.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _sums = new();
        private readonly MeterListener _listener = new();

        public Counted(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
            _listener.Start();
        }

        public long this[string name] => _sums.GetValueOrDefault(name);

        public void Dispose() => _listener.Dispose();
    }

    private sealed class ClockWithoutTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
