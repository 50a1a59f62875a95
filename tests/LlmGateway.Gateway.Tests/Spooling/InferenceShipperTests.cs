using System.Collections.Concurrent;
using LlmGateway.Gateway.Spooling;
using LlmGateway.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmGateway.Gateway.Tests.Spooling;

public sealed class InferenceShipperTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("refuse")]
    [InlineData("abort")]
    [InlineData("hang")]
    [InlineData("store and fail")]
    public async Task Nothing_is_lost_or_skipped_when_datasets_misbehaves(string fault)
    {
        await using var datasets = await Datasets.StartAsync(fault, faults: 2);
        using var spool = new SpoolUnderTest(_folder.Path, options => options.SendTimeout = fault == "hang" ? TimeSpan.FromSeconds(2) : TimeSpan.FromMinutes(5));
        var ids = Enumerable.Range(0, 700).Select(_ => spool.Append()).ToList();
        using var shipper = Shipper(spool, datasets);

        await shipper.StartAsync(TestContext.Current.CancellationToken);
        ids.AddRange(Enumerable.Range(0, 100).Select(_ => spool.Append()));
        await Eventually.TrueAsync(() => spool.Spool.UnshippedBytes == 0, "all is shipped");
        await shipper.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ids, datasets.Stored.Distinct());
        // Only what was stored by an answer that said otherwise comes again, or on a machine that stalled for as long as an answer may take.
        if (fault is "refuse" or "abort")
        {
            Assert.Equal(ids.Count, datasets.Stored.Count);
        }

        Assert.All(datasets.MediaTypes, type => Assert.Equal("application/x-llmgateway-frames", type));
    }

    [Fact]
    public async Task A_record_appended_while_it_waits_wakes_it()
    {
        await using var datasets = await Datasets.StartAsync();
        using var spool = new SpoolUnderTest(_folder.Path);
        using var shipper = Shipper(spool, datasets);
        await shipper.StartAsync(TestContext.Current.CancellationToken);
        for (var i = 1; i <= 3; i++)
        {
            var id = spool.Append();
            await Eventually.TrueAsync(() => datasets.Stored.Count == i && datasets.Stored.Last() == id, "it arrives");
        }

        await shipper.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task At_shutdown_the_rest_is_drained()
    {
        await using var datasets = await Datasets.StartAsync();
        using var spool = new SpoolUnderTest(_folder.Path, options => (options.BatchDelay, options.DrainTimeout) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(1)));
        using var shipper = Shipper(spool, datasets);
        await shipper.StartAsync(TestContext.Current.CancellationToken);
        var ids = Enumerable.Range(0, 1200).Select(_ => spool.Append()).ToList();

        await shipper.StopAsync(TestContext.Current.CancellationToken);

        // Batches that are under way at once may arrive in any order.
        Assert.Equal(ids.Order(), datasets.Stored.Order());
        Assert.Equal(0, spool.Spool.UnshippedRecords);
    }

    [Fact]
    public async Task What_could_not_be_drained_is_shipped_after_a_restart()
    {
        List<Guid> ids;
        await using (var refusing = await Datasets.StartAsync("refuse", faults: int.MaxValue))
        {
            using var spool = new SpoolUnderTest(_folder.Path);
            ids = [.. Enumerable.Range(0, 50).Select(_ => spool.Append())];
            using var shipper = Shipper(spool, refusing);
            await shipper.StartAsync(TestContext.Current.CancellationToken);
            await shipper.StopAsync(TestContext.Current.CancellationToken);
        }

        await using var datasets = await Datasets.StartAsync();
        using var again = new SpoolUnderTest(_folder.Path);
        using var next = Shipper(again, datasets);
        await next.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => again.Spool.UnshippedBytes == 0, "all is shipped");
        await next.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ids, datasets.Stored);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1, 2, 350)]
    [InlineData(699)]
    public async Task Records_that_datasets_refuses_are_set_aside_alone_and_sent_again_at_the_next_start(params int[] places)
    {
        List<Guid> ids;
        List<Guid> bad;
        await using (var datasets = await Datasets.StartAsync())
        {
            using var spool = new SpoolUnderTest(_folder.Path);
            ids = [.. Enumerable.Range(0, 700).Select(_ => spool.Append())];
            bad = [.. places.Select(place => ids[place])];
            datasets.Refused.UnionWith(bad);
            await ShipAllAsync(spool, datasets);

            Assert.Equal(ids.Except(bad), datasets.Stored);
            Assert.Equal(bad, SpoolUnderTest.Frames(await File.ReadAllBytesAsync(spool.Quarantine.Path)).Select(frame => frame.Record.Id));
            Assert.Equal(bad.Count, spool.Quarantined);
        }

        await using var mended = await Datasets.StartAsync();
        using var again = new SpoolUnderTest(_folder.Path);
        await ShipAllAsync(again, mended);
        Assert.Equal(bad, mended.Stored);
        Assert.Equal(0, again.Quarantine.Bytes);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task An_answer_that_does_not_speak_of_the_batch_sets_nothing_aside(int status)
    {
        await using var datasets = await Datasets.StartAsync("refuse", faults: 12);
        datasets.RefusalStatus = status;
        using var spool = new SpoolUnderTest(_folder.Path, options => options.SendTimeout = TimeSpan.FromMinutes(5));
        var id = spool.Append();
        await ShipAllAsync(spool, datasets, new FastClock());
        Assert.Equal([id], datasets.Stored);
        Assert.Equal((0, 0), (spool.Quarantined, spool.Quarantine.Bytes));
    }

    [Fact]
    public async Task A_record_that_makes_the_store_fail_every_time_is_set_aside_in_the_end()
    {
        await using var datasets = await Datasets.StartAsync();
        datasets.RefusedStatus = 500;
        using var spool = new SpoolUnderTest(_folder.Path, options => options.SendTimeout = TimeSpan.FromMinutes(5));
        var ids = Enumerable.Range(0, 9).Select(_ => spool.Append()).ToList();
        datasets.Refused.Add(ids[4]);
        await ShipAllAsync(spool, datasets, new FastClock());
        Assert.Equal(ids.Where(id => id != ids[4]), datasets.Stored);
        Assert.Equal(1, spool.Quarantined);
        Assert.InRange(datasets.Sent, InferenceShipper.MaxFailuresAlone, InferenceShipper.MaxFailuresAlone + 20);
    }

    [Fact]
    public async Task When_the_quarantine_is_full_refused_records_wait_in_the_spool()
    {
        await using var datasets = await Datasets.StartAsync();
        using var spool = new SpoolUnderTest(_folder.Path, options => options.QuarantineBytes = 1500);
        var ids = Enumerable.Range(0, 3).Select(_ => spool.Append()).ToList();
        datasets.Refused.UnionWith(ids);
        using var shipper = Shipper(spool, datasets);
        await shipper.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => spool.Spool.UnshippedRecords == 2 && datasets.Sent > 8, "one is aside and the next is tried");
        datasets.Refused.Clear();
        await Eventually.TrueAsync(() => spool.Spool.UnshippedBytes == 0, "the others are shipped");
        await shipper.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ids.Skip(1), datasets.Stored);
    }

    private static async Task ShipAllAsync(SpoolUnderTest spool, Datasets datasets, TimeProvider? clock = null)
    {
        using var shipper = Shipper(spool, datasets, clock);
        await shipper.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => spool.Spool.UnshippedBytes == 0, "all is shipped or set aside", TimeSpan.FromSeconds(60));
        await shipper.StopAsync(TestContext.Current.CancellationToken);
    }

    private static InferenceShipper Shipper(SpoolUnderTest spool, Datasets datasets, TimeProvider? clock = null) =>
        new(spool.Spool, spool.Reader, spool.Quarantine, new HttpInferenceSink(datasets), spool.Metrics, spool.Options, clock ?? TimeProvider.System, NullLogger<InferenceShipper>.Instance);

    /// <summary>A real server in Datasets' place, which misbehaves a number of times first.</summary>
    private sealed class Datasets(WebApplication app) : IHttpClientFactory, IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private int _faults;
        private int _sent;

        /// <summary>A batch with one of these is answered <see cref="RefusedStatus"/>, as a whole.</summary>
        public HashSet<Guid> Refused { get; } = [];

        public int RefusedStatus { get; set; } = 400;

        public int RefusalStatus { get; set; } = 503;

        public int Sent => Volatile.Read(ref _sent);

        public ConcurrentQueue<Guid> Stored { get; } = new();

        public ConcurrentQueue<string?> MediaTypes { get; } = new();

        public static async Task<Datasets> StartAsync(string fault = "", int faults = 0)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var datasets = new Datasets(builder.Build()) { _faults = faults };
            datasets.Map(fault);
            await datasets.StartAsync();
            return datasets;
        }

        public HttpClient CreateClient(string name)
        {
            Assert.Equal("datasets", name);
            return new HttpClient(new ToServer(new Uri(app.Urls.Single())) { InnerHandler = new SocketsHttpHandler() });
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await app.DisposeAsync();
            _end.Dispose();
        }

        private Task StartAsync() => app.StartAsync();

        private void Map(string fault) => app.MapPost("/internal/inferences", async (HttpContext context) =>
        {
            Interlocked.Increment(ref _sent);
            MediaTypes.Enqueue(context.Request.ContentType);
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var misbehave = Interlocked.Decrement(ref _faults) >= 0;
            if (misbehave && fault == "abort")
            {
                context.Abort();
            }
            else if (misbehave && fault == "hang")
            {
                await Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token).Token).ContinueWith(_ => { });
            }
            else if (misbehave && fault == "refuse")
            {
                context.Response.StatusCode = RefusalStatus;
            }
            else
            {
                Store(body.ToArray(), context, misbehave ? 500 : 200);
            }
        });

        private void Store(byte[] body, HttpContext context, int status)
        {
            var ids = SpoolUnderTest.Frames(body).Select(frame => frame.Record.Id).ToList();
            if (ids.Exists(Refused.Contains))
            {
                context.Response.StatusCode = RefusedStatus;
                return;
            }

            ids.ForEach(Stored.Enqueue);
            context.Response.StatusCode = status;
        }
    }

    /// <summary>Its timers run a hundred times as fast.</summary>
    private sealed class FastClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period);
    }

    private sealed class ToServer(Uri server) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("http://datasets/internal/inferences", request.RequestUri!.AbsoluteUri);
            request.RequestUri = new UriBuilder(request.RequestUri) { Host = server.Host, Port = server.Port }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
