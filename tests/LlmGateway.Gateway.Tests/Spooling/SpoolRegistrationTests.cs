using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Spooling;
using LlmGateway.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LlmGateway.Gateway.Tests.Spooling;

public sealed class SpoolRegistrationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_spools_in_its_data_folder_and_stops_without_a_store()
    {
        using var host = Host();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var spool = host.Services.GetRequiredService<InferenceSpool>();
        spool.Append(Sample.Record(), default, default);
        Assert.Equal(1, spool.UnshippedRecords);
        Assert.Single(Directory.GetFiles(_folder.File("spool"), "*.seg"));
        await host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, spool.UnshippedRecords);
    }

    [Theory]
    [InlineData("MaxBytes", "100000000")]
    [InlineData("SegmentBytes", "1")]
    [InlineData("BatchDelay", "00:00:01")]
    public async Task Settings_that_make_no_sense_stop_the_start(string key, string value)
    {
        using var host = Host($"--Gateway:Spool:{key}={value}");
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_left_is_given_time_only_where_it_does_not_go_into_the_processes_own_log()
    {
        using (var host = Host())
        {
            Assert.Equal(LogArrival.UsualDelay, host.Services.GetRequiredService<LogArrival>().Delay);
        }

        using var alone = Host(services => services.AddSingleton<IInferenceSink, OwnLog>());
        Assert.Equal(TimeSpan.Zero, alone.Services.GetRequiredService<LogArrival>().Delay);
    }

    [Fact]
    public void The_oldest_age_is_that_of_the_first_record_not_shipped()
    {
        using var spool = new SpoolUnderTest(_folder.Path);
        Assert.Equal(TimeSpan.Zero, spool.Reader.OldestAge());
        foreach (var minutes in (int[])[60, 10])
        {
            var created = TimeProvider.System.GetUtcNow().AddMinutes(-minutes) - DateTimeOffset.UnixEpoch;
            spool.Append(Sample.Record() with { CreatedAtMicros = (long)created.TotalMicroseconds, DurationMicros = 0 }, minutes == 60 ? 1 << 20 : 10, 10);
        }

        Assert.InRange(spool.Reader.OldestAge().TotalMinutes, 60, 61);
        spool.Reader.Commit(spool.Reader.Read()!);
        Assert.InRange(spool.Reader.OldestAge().TotalMinutes, 10, 11);
    }

    private IHost Host(params string[] arguments) => Host(_ => { }, arguments);

    private IHost Host(Action<IServiceCollection> configure, params string[] arguments)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder([$"--LLMGATEWAY_DATA={_folder.Path}", .. arguments]);
        builder.Logging.ClearProviders();
        builder.Services.AddHttpClient(HttpInferenceSink.ClientName).ConfigurePrimaryHttpMessageHandler(() => new Unreachable());
        configure(builder.Services);
        builder.AddSpool();
        return builder.Build();
    }

    private sealed class OwnLog : IInferenceSink
    {
        public Task<SinkResult> StoreAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken) =>
            Task.FromResult(new SinkResult(SinkAnswer.Stored));
    }

    private sealed class Unreachable : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("unreachable");
    }
}
